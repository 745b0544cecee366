// SPDX-License-Identifier: Apache-2.0
// assist: trains the networks of [[assistant]], each by the answers of the one before it; the last one teaches the
// student.
#include "apprentice/base/random.h"

#include "apprentice/pipeline/steps/step.h"
#include "apprentice/pipeline/teaching.h"
#include "apprentice/pipeline/training.h"

namespace apprentice {
namespace {

std::string folder_of(size_t number) { return fmt::format("assistant{}", number); }
std::string onnx_of(size_t number) { return folder_of(number) + "/model.onnx"; }

uint64_t seed_of_assistant(const Job& job, size_t number) {
  return Rng(job.assistants[number].train.seed, fmt::format("assistant/{}", number)).next() >> 1;
}

Training training_of(const Run& run, size_t number) {
  const Inputs& inputs = run.inputs;
  const AssistantJob& job = inputs.job.assistants[number];
  const std::string folder = folder_of(number);
  TrainTask task;
  task.title = fmt::format("assistant {}/{}", number + 1, inputs.job.assistants.size());
  task.spec = inputs.assistants[number];
  task.train = inputs.splits.train;
  task.validation = inputs.splits.validation;
  task.views = inputs.views;
  task.loss = job.loss.name;
  task.loss_options = job.loss.options;
  task.options = job.train;
  task.options.seed = seed_of_assistant(inputs.job, number);
  task.metric = inputs.metric;
  task.checkpoint_folder = run.directory.file(folder + "/checkpoints");
  const bool tutored = needs_targets(inputs, {task.spec, job.loss});
  return {task, "assistant", folder, onnx_of(number), history_file(folder), folder, tutored};
}

}  // namespace

Result<StepOutcome> assist_step(Run& run) {
  StepOutcome outcome = StepOutcome::kUnchanged;
  for (size_t number = 0; number < run.inputs.job.assistants.size(); ++number) {
    APPRENTICE_TRY(const StepOutcome trained, run_training(run, training_of(run, number)));
    outcome = both(outcome, trained);
    const std::vector<std::string> paths{run.directory.file(onnx_of(number))};
    APPRENTICE_TRY(run.inputs.tutor, taught_teacher(paths, run.inputs.splits.train->info()));
  }
  return outcome;
}

}  // namespace apprentice
