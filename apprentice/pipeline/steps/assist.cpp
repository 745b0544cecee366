// SPDX-License-Identifier: Apache-2.0
// assist: trains the networks of [[assistant]], each by the answers of the one before it; the last one teaches the
// student.
#include "apprentice/base/random.h"

#include "apprentice/pipeline/steps/step.h"
#include "apprentice/pipeline/teaching.h"
#include "apprentice/pipeline/training.h"

namespace apprentice::pipeline {
namespace {

std::string folder_of(size_t number) { return fmt::format("assistant{}", number); }

uint64_t seed_of_assistant(const Job& job, size_t number) {
  return Rng(job.assistants[number].train.seed, fmt::format("assistant/{}", number)).next() >> 1;
}

Training training_of(const Run& run, size_t number) {
  const Inputs& inputs = run.inputs;
  const AssistantJob& job = inputs.job.assistants[number];
  const std::string folder = folder_of(number);
  train::TrainTask task;
  task.title = fmt::format("assistant {}/{}", number + 1, inputs.job.assistants.size());
  task.spec = inputs.assistants[number];
  task.train = inputs.splits.train;
  task.validation = inputs.splits.validation;
  task.views = inputs.views;
  task.loss = job.loss.name;
  task.loss_keys = job.loss.keys;
  task.options = job.train;
  task.options.seed = seed_of_assistant(inputs.job, number);
  task.metric = inputs.metric;
  task.checkpoint_folder = run.directory.file(folder + "/checkpoints");
  std::optional<size_t> learner;
  if (needs_targets(inputs, {task.spec, job.loss, number})) learner = number;
  return {task, "assistant", folder, assistant_path(number), history_file(folder), folder, learner};
}

}  // namespace

Result<Units> assist_units(Run& run) {
  if (run.inputs.assistants.empty()) return Units();
  Units units = teacher_answer_units(run);  // the first learns from them
  std::vector<Training> trainings;
  for (size_t number = 0; number < run.inputs.assistants.size(); ++number) {
    trainings.push_back(training_of(run, number));
  }
  const Units own = training_units(run, trainings);
  units.insert(units.end(), own.begin(), own.end());
  return units;
}

}  // namespace apprentice::pipeline
