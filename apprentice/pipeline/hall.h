// SPDX-License-Identifier: Apache-2.0
// Hall: the open run directories of a job, and the one runner of its steps. With [[device]] the hall's directory holds
// the teacher and its answers, and devices/<id>/ is an ordinary run directory, on which every verb works; any other job
// is a hall of one device, which works in the job's directory itself. docs/howto/hall.md
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "apprentice/pipeline/steps/step.h"
#include "apprentice/report/hall.h"

namespace apprentice::pipeline {

inline constexpr const char* kHallPage = "report/hall.html";

struct Hall {
  std::optional<Run> shared;  // data and teacher, no student; absent in a job of one device
  std::vector<Run> devices;   // in the order of the job

  // The one of the job's directory.
  Run& root() { return shared ? *shared : devices.front(); }
  const Run& root() const { return shared ? *shared : devices.front(); }
};

// Loads the data and the teacher once, then what each device makes of them; opens all run directories. Errors of one
// device of several name it.
Result<Hall> open_hall(const Job& job, const std::string& folder, const RunControl& control);

// The chain of step_kinds() up to and including `last`; `on_step` hears how each step ended.
using StepObserver = std::function<void(const StepKind&, StepOutcome)>;
Status run_steps(Hall& hall, const std::string& last, const StepObserver& on_step);

// The finished reports of the devices.
Result<report::HallReport> read_hall(const Job& job, const std::string& folder);

// "devices/<id>"
std::string device_folder(const std::string& id);

}  // namespace apprentice::pipeline
