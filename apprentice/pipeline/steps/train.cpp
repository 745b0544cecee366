// SPDX-License-Identifier: Apache-2.0
// train: the student from the teacher's stored answers, and the control arm from labels alone, on the same schedule.
#include "apprentice/pipeline/steps/step.h"
#include "apprentice/pipeline/training.h"

namespace apprentice::pipeline {
namespace {

// In a hall the arms of all devices train side by side.
int threads_of(const Inputs& inputs) {
  if (inputs.job.train.threads == 0 && inputs.job.is_of_hall()) return 1;
  return threads_for_each(all_arms(inputs.job).size(), inputs.job.train, inputs.student);
}

}  // namespace

Result<Units> train_units(Run& run) {
  const Job& job = run.inputs.job;
  const int threads = threads_of(run.inputs);
  std::vector<Training> trainings;
  for (const Arm& arm : all_arms(job)) {
    const std::optional<LossJob> loss = arm.distilled ? std::optional(job.loss) : std::nullopt;
    trainings.push_back(arm_training(run, arm.name, title(arm), loss, seed_of(job, arm), threads));
  }
  return training_units(run, trainings);
}

}  // namespace apprentice::pipeline
