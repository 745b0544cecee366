// SPDX-License-Identifier: Apache-2.0
// train: the student from the teacher's stored answers, and the control arm from labels alone, on the same schedule.
#include <filesystem>

#include "apprentice/base/files.h"
#include "apprentice/losses/loss.h"
#include "apprentice/pipeline/steps/step.h"
#include "apprentice/pipeline/teaching.h"
#include "apprentice/train/distiller.h"

namespace apprentice {
namespace {

using Json = nlohmann::ordered_json;

bool learns_from_teacher(const Run& run, const Arm& arm) { return arm.distilled && needs_targets(run); }

Result<TrainTask> task_of(Run& run, const Arm& arm) {
  const Inputs& inputs = run.inputs;
  TrainTask task;
  task.title = arm.name;
  task.spec = inputs.student;
  task.train = inputs.splits.train;
  task.validation = inputs.splits.validation;
  task.options = inputs.job.train;
  task.checkpoint_folder = run.directory.file(fmt::format("{}/checkpoints", arm.name));
  task.loss = label_only_loss(inputs.student.task);
  if (arm.distilled) {
    task.loss = inputs.job.loss.name;
    task.loss_options = inputs.job.loss.options;
  }
  if (learns_from_teacher(run, arm)) {
    APPRENTICE_TRY(task.targets, teacher_answers(run, *inputs.splits.train));
  }
  return task;
}

// Nothing of this depends on when or where the run was made.
Json inputs_of(const Run& run, const Arm& arm) {
  const Inputs& inputs = run.inputs;
  const Json job = explain(inputs.job);
  Json json = {{"version", version()},
               {"network", fingerprint(inputs.student)},
               {"train", inputs.splits.train->info().fingerprint},
               {"validation", inputs.splits.validation->info().fingerprint},
               {"options", job.at("train")},
               {"seed", inputs.job.seed},
               {"threads", inputs.job.threads}};
  if (arm.distilled) json["loss"] = job.at("loss");
  if (learns_from_teacher(run, arm)) json["teacher"] = inputs.teacher->info().fingerprint;
  return json;
}

Result<std::vector<std::string>> train_arm(Run& run, const Arm& arm) {
  APPRENTICE_TRY(const TrainTask task, task_of(run, arm));
  APPRENTICE_CHECK(make_folder(task.checkpoint_folder));
  APPRENTICE_TRY(TrainResult result, train(task, run.control));
  result.model.provenance["made_by"] = inputs_of(run, arm);
  result.model.provenance["arm"] = arm.name;
  APPRENTICE_CHECK(save_model(result.model, run.directory.file(model_path(arm))));
  APPRENTICE_CHECK(write_file(run.directory.file(history_path(arm)), to_json(result.report).dump(2) + "\n"));
  std::error_code ignored;
  std::filesystem::remove_all(task.checkpoint_folder, ignored);
  return std::vector<std::string>{model_path(arm), history_path(arm)};
}

}  // namespace

Result<StepOutcome> train_step(Run& run) {
  StepOutcome outcome = StepOutcome::kUnchanged;
  for (const Arm& arm : arms(run.inputs.job)) {
    const auto work = [&] { return train_arm(run, arm); };
    APPRENTICE_TRY(const StepOutcome trained,
                   run.directory.once(fmt::format("train-{}", arm.name), inputs_of(run, arm), work));
    outcome = both(outcome, trained);
  }
  return outcome;
}

}  // namespace apprentice
