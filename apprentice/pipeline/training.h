// SPDX-License-Identifier: Apache-2.0
// Trainings of the job's student, side by side; each is a sealed step of the run directory and resumes.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "apprentice/pipeline/run.h"
#include "apprentice/pipeline/side_by_side.h"

namespace apprentice {

struct Training {
  std::string arm;              // "student", "control", "kd:T=2": kept in the model's provenance
  std::string folder;           // in the run directory, its last part is the title: "student-2", "compare/kd-2"
  std::optional<LossJob> loss;  // absent: labels alone, as the control arm
  uint64_t seed = 1;
  int threads = 1;

  std::string title() const;
};
// Files of a trained network in its folder.
std::string model_file(const std::string& folder);
std::string history_file(const std::string& folder);
std::string quant_file(const std::string& folder);
// Of a step's seal: "train-student-2", "quantize-compare-kd-2".
std::string record_name(const std::string& step, const std::string& folder);

// Those that are not sealed, as tasks to run side by side. The teacher, where a loss needs one, is there.
Result<std::vector<SideTask>> training_tasks(Run& run, const std::vector<Training>& trainings);
// How many of them the cores take at once.
int trainings_at_once(const std::vector<Training>& trainings);
// The same, of trainings with so many threads.
int trainings_at_once(int threads);
// Threads for each of so many trainings: one where they fill the cores, so that they never wait for each other.
int threads_for_each(size_t trainings, const TrainOptions& options, const NetSpec& network);
// Runs those that are not sealed, as many at a time as the cores allow.
Result<StepOutcome> run_trainings(Run& run, const std::vector<Training>& trainings);

Result<TrainReport> read_history(const std::string& path);

}  // namespace apprentice
