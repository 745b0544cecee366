// SPDX-License-Identifier: Apache-2.0
// Unit: a piece of a step that is sealed on its own. What is sealed, and by the same inputs, is not made again.
#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "apprentice/base/control.h"
#include "apprentice/pipeline/run.h"

namespace apprentice::pipeline {

// Where a unit's files and its seal lie.
enum class Place {
  kRun,   // in its run's own directory
  kHome,  // where the teacher lies, made once for all devices of a hall
};

RunDirectory place_of(const Run& run, Place place);

struct Unit {
  std::string title;   // leads its part of the merged progress
  std::string record;  // of its seal: "train-student-2"
  // All that it reads, beside the program's version. Asked when its turn has come, since units before it may write it.
  std::function<Result<nlohmann::ordered_json>()> inputs;
  // Gives the files that it wrote, relative to the directory.
  std::function<Result<std::vector<std::string>>(const RunControl&)> work;

  Place place = Place::kRun;
  int threads = 1;                  // that it computes with
  std::function<Status()> prepare;  // before `work`, in the caller's thread: what it shares with other units
  std::function<bool()> is_stored;  // in place of a seal: what it makes seals itself
};
using Units = std::vector<Unit>;
// All of a step that seals its work under its own name.
Units one_unit(Run& run, const std::string& step, Result<nlohmann::ordered_json> (*inputs)(const Run&),
               Result<std::vector<std::string>> (*work)(Run&));

// Makes what is missing, one after the other; `step` names the work for whoever stops it.
Result<StepOutcome> run_in_order(const std::string& step, const Run& run, const Units& units);

struct QueuedUnit {
  Run* run;
  Unit unit;
};
// Makes what is missing side by side, as many at a time as the cores take. Inputs are asked before the first starts.
Result<StepOutcome> run_in_queue(const std::string& step, const std::vector<QueuedUnit>& queue,
                                 const RunControl& control);
// The same of one run.
Result<StepOutcome> run_in_queue(const std::string& step, Run& run, const Units& units);

// kUnchanged only when both are.
StepOutcome both(StepOutcome a, StepOutcome b);

}  // namespace apprentice::pipeline
