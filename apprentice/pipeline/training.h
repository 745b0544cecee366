// SPDX-License-Identifier: Apache-2.0
// Trainings of a run: student and control arm, assistants, taught networks, the arms of a comparison. Each is a sealed
// step of the run directory and resumes; several run side by side.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "apprentice/pipeline/run.h"
#include "apprentice/pipeline/side_by_side.h"

namespace apprentice {

struct Training {
  TrainTask task;      // its targets are opened when it starts
  std::string arm;     // "student", "control", "kd:T=2": kept in the model's provenance
  std::string folder;  // in the run directory: "student-2", "compare/kd-2", "assistant0"
  std::string model;   // files in the run directory; the network as .apnet, or as .onnx where it will teach
  std::string history;
  std::string record;    // of its seal
  bool tutored = false;  // by the answers of tutor_of(), which is there
};

// An arm of the student, on the job's schedule, kept in `folder`, whose last part is the title. `loss` absent: labels
// alone, as the control arm.
Training arm_training(const Run& run, const std::string& arm, const std::string& folder,
                      const std::optional<LossJob>& loss, uint64_t seed, int threads);

// What a training is sealed with.
nlohmann::ordered_json made_by(const Run& run, const Training& training);

// Those that are not sealed, as tasks to run side by side. The teacher, where a loss needs one, is there.
Result<std::vector<SideTask>> training_tasks(Run& run, const std::vector<Training>& trainings);
// One alone, unless it is sealed.
Result<StepOutcome> run_training(Run& run, Training training);
// Runs those that are not sealed, as many at a time as the cores allow.
Result<StepOutcome> run_trainings(Run& run, const std::vector<Training>& trainings);
// How many of them the cores take at once.
int trainings_at_once(const std::vector<Training>& trainings);
// The same, of trainings with so many threads.
int trainings_at_once(int threads);
// Threads for each of so many trainings: one where they fill the cores, so that they never wait for each other.
int threads_for_each(size_t trainings, const TrainOptions& options, const NetSpec& network);

// Files of a trained network in its folder.
std::string model_file(const std::string& folder);
std::string history_file(const std::string& folder);
std::string quant_file(const std::string& folder);
// Of a step's seal: "train-student-2", "quantize-compare-kd-2".
std::string record_name(const std::string& step, const std::string& folder);

Result<TrainReport> read_history(const std::string& path);

}  // namespace apprentice
