// SPDX-License-Identifier: Apache-2.0
// Trainings of a run: student and control arm, assistants, taught networks, the arms of a comparison. Each is a sealed
// step of the run directory and resumes; several run side by side.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "apprentice/pipeline/unit.h"

namespace apprentice::pipeline {

struct Training {
  train::TrainTask task;  // its targets are opened when it starts
  std::string arm;        // "student", "control", "kd:T=2": kept in the model's provenance
  std::string folder;     // in the run directory: "student-2", "compare/kd-2", "assistant0"
  std::string model;      // files in the run directory; the network as .apnet, or as .onnx where it will teach
  std::string history;
  std::string record;             // of its seal
  std::optional<size_t> learner;  // teacher_of() this number answers what it learns from; absent: labels alone
  Place place = Place::kRun;      // of its files and its seal
};

// An arm of the student, on the job's schedule, kept in `folder`, whose last part is the title. `loss` absent: labels
// alone, as the control arm.
Training arm_training(const Run& run, const std::string& arm, const std::string& folder,
                      const std::optional<LossJob>& loss, uint64_t seed, int threads);

// What makes them, from answers of a teacher that is there where a loss needs one.
Units training_units(Run& run, const std::vector<Training>& trainings);
// Threads for each of so many trainings: one where they fill the cores, so that they never wait for each other.
int threads_for_each(size_t trainings, const train::TrainOptions& options, const model::NetSpec& network);

// Files of a trained network in its folder.
std::string model_file(const std::string& folder);
std::string history_file(const std::string& folder);
std::string quant_file(const std::string& folder);
// Of a step's seal: "train-student-2", "quantize-compare-kd-2".
std::string record_name(const std::string& step, const std::string& folder);

Result<train::TrainReport> read_history(const std::string& path);

}  // namespace apprentice::pipeline
