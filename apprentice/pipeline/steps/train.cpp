// SPDX-License-Identifier: Apache-2.0
// train: the student from the teacher's stored answers, and the control arm from labels alone, on the same schedule.
#include <filesystem>
#include <thread>

#include "apprentice/base/files.h"
#include "apprentice/losses/loss.h"
#include "apprentice/pipeline/side_by_side.h"
#include "apprentice/pipeline/steps/step.h"
#include "apprentice/pipeline/teaching.h"
#include "apprentice/train/distiller.h"

namespace apprentice {
namespace {

using Json = nlohmann::ordered_json;

bool learns_from_teacher(const Run& run, const Arm& arm) { return arm.distilled && needs_targets(run); }

// A Config is a view of a shared document, so a training in a thread of its own needs its own.
Result<LossJob> own_loss(const Job& job) {
  APPRENTICE_TRY(Job copy, Job::parse(job.text, job.path));
  return copy.loss;
}

// One thread each where the arms fill the cores: trainings side by side never wait for each other.
int threads_of(const Inputs& inputs) {
  const bool fills = all_arms(inputs.job).size() >= std::max(1U, std::thread::hardware_concurrency());
  if (inputs.job.train.threads == 0 && fills) return 1;
  return choose_threads(inputs.job.train, inputs.student);
}

Result<TrainTask> task_of(Run& run, const Arm& arm) {
  const Inputs& inputs = run.inputs;
  TrainTask task;
  task.title = title(arm);
  task.spec = inputs.student;
  task.train = inputs.splits.train;
  task.validation = inputs.splits.validation;
  task.views = inputs.views;
  task.options = inputs.job.train;
  task.options.seed = seed_of(inputs.job, arm);
  task.options.threads = threads_of(inputs);
  task.checkpoint_folder = run.directory.file(title(arm) + "/checkpoints");
  task.loss = label_only_loss(inputs.student.task);
  if (arm.distilled) {
    APPRENTICE_TRY(const LossJob loss, own_loss(inputs.job));
    task.loss = loss.name;
    task.loss_options = loss.options;
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
               {"seed", seed_of(inputs.job, arm)},
               {"threads", threads_of(inputs)}};
  if (inputs.views) json["views"] = job.at("views");
  if (arm.distilled) json["loss"] = job.at("loss");
  if (learns_from_teacher(run, arm)) json["teacher"] = tutor_of(inputs)->info().fingerprint;
  return json;
}

Result<std::vector<std::string>> train_arm(const Run& run, const Arm& arm, const TrainTask& task, const Json& made_by,
                                           const RunControl& control) {
  APPRENTICE_CHECK(make_folder(task.checkpoint_folder));
  APPRENTICE_TRY(TrainResult result, train(task, control));
  result.model.provenance["made_by"] = made_by;
  result.model.provenance["arm"] = arm.name;
  APPRENTICE_CHECK(save_model(result.model, run.directory.file(model_path(arm))));
  APPRENTICE_CHECK(write_file(run.directory.file(history_path(arm)), to_json(result.report).dump(2) + "\n"));
  std::error_code ignored;
  std::filesystem::remove_all(task.checkpoint_folder, ignored);
  return std::vector<std::string>{model_path(arm), history_path(arm)};
}

// Everything that shares state with other arms is done here, before any thread starts.
Result<SideTask> side_task(Run& run, const Arm& arm) {
  APPRENTICE_TRY(const TrainTask task, task_of(run, arm));
  const Json made_by = inputs_of(run, arm);
  const auto work = [&run, arm, task, made_by](const RunControl& control) -> Status {
    APPRENTICE_TRY(const StepOutcome outcome, run.directory.once("train-" + title(arm), made_by, [&] {
      return train_arm(run, arm, task, made_by, control);
    }));
    static_cast<void>(outcome);
    return {};
  };
  return SideTask{title(arm), work};
}

}  // namespace

Result<StepOutcome> train_step(Run& run) {
  std::vector<SideTask> tasks;
  for (const Arm& arm : all_arms(run.inputs.job)) {
    if (run.directory.is_sealed("train-" + title(arm), inputs_of(run, arm))) continue;
    APPRENTICE_TRY(tasks.emplace_back(), side_task(run, arm));
  }
  if (tasks.empty()) return StepOutcome::kUnchanged;
  const int cores = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
  APPRENTICE_CHECK(run_side_by_side("train", tasks, cores / threads_of(run.inputs), run.control));
  return StepOutcome::kDone;
}

}  // namespace apprentice
