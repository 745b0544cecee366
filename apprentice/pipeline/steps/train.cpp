// SPDX-License-Identifier: Apache-2.0
// train: the student from the teacher's stored answers, and the control arm from labels alone, on the same schedule.
#include "apprentice/pipeline/steps/step.h"
#include "apprentice/pipeline/training.h"

namespace apprentice {
namespace {

// In a hall the arms of all devices train side by side.
int threads_of(const Inputs& inputs) {
  if (inputs.job.train.threads == 0 && inputs.job.is_of_hall()) return 1;
  return threads_for_each(all_arms(inputs.job).size(), inputs.job.train, inputs.student);
}

Result<Training> training_of(const Inputs& inputs, const Arm& arm) {
  Training training{arm.name, title(arm), std::nullopt, seed_of(inputs.job, arm), threads_of(inputs)};
  if (arm.distilled) {
    APPRENTICE_TRY(training.loss, own_loss(inputs.job));
  }
  return training;
}

}  // namespace

Result<std::vector<Training>> trainings_of(const Run& run) {
  std::vector<Training> trainings;
  for (const Arm& arm : all_arms(run.inputs.job)) {
    APPRENTICE_TRY(trainings.emplace_back(), training_of(run.inputs, arm));
  }
  return trainings;
}

Result<StepOutcome> train_step(Run& run) {
  APPRENTICE_TRY(const std::vector<Training> trainings, trainings_of(run));
  return run_trainings(run, trainings);
}

}  // namespace apprentice
