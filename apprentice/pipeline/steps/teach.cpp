// SPDX-License-Identifier: Apache-2.0
// teach: trains the networks of [teach] on labels, side by side, saves them as ONNX, and makes them the run's teacher.
#include <filesystem>

#include "apprentice/base/files.h"
#include "apprentice/base/random.h"
#include "apprentice/losses/loss.h"
#include "apprentice/onnx/export.h"
#include "apprentice/pipeline/steps/step.h"
#include "apprentice/pipeline/teaching.h"
#include "apprentice/pipeline/training.h"
#include "apprentice/train/distiller.h"

namespace apprentice {
namespace {

std::string history_of(int64_t member) { return fmt::format("teacher/history{}.json", member); }

int threads_of(const Run& run) {
  const TeachJob& teach = run.inputs.job.teach;
  return threads_for_each(static_cast<size_t>(teach.members), teach.train, run.inputs.taught);
}

std::string title_of(int64_t member) { return fmt::format("teacher-{}", member + 1); }

TrainTask task_of(const Run& run, int64_t member) {
  const Job& job = run.inputs.job;
  TrainTask task;
  task.title = title_of(member);
  task.spec = run.inputs.taught;
  task.train = run.inputs.full.train;
  task.validation = run.inputs.full.validation;
  if (job.teach.views) task.views = run.inputs.full_views;
  task.loss = label_only_loss(run.inputs.full.train->info().task);
  task.options = job.teach.train;
  task.options.seed = Rng(job.seed, fmt::format("teach/{}", member)).next() >> 1;
  task.options.threads = threads_of(run);
  task.checkpoint_folder = run.directory.file(fmt::format("teacher/checkpoints{}", member));
  return task;
}

Result<std::vector<std::string>> teach_member(const Run& run, int64_t member, const RunControl& control) {
  const TrainTask task = task_of(run, member);
  APPRENTICE_CHECK(make_folder(task.checkpoint_folder));
  APPRENTICE_TRY(const TrainResult result, train(task, control));
  APPRENTICE_TRY(const std::string onnx, export_onnx(result.model, Normalise::kInside));
  APPRENTICE_CHECK(write_file(run.directory.file(taught_path(member)), onnx));
  APPRENTICE_CHECK(write_file(run.directory.file(history_of(member)), to_json(result.report).dump(2) + "\n"));
  std::error_code ignored;
  std::filesystem::remove_all(task.checkpoint_folder, ignored);
  return std::vector<std::string>{taught_path(member), history_of(member)};
}

std::string record_of(int64_t member) { return fmt::format("teach{}", member); }

nlohmann::ordered_json inputs_of(const Run& run) {
  const Job& job = run.inputs.job;
  nlohmann::ordered_json options = explain(job).at("teach");
  options.erase("device");  // of their answers
  nlohmann::ordered_json inputs = {{"version", version()},
                                   {"network", fingerprint(run.inputs.taught)},
                                   {"train", run.inputs.full.train->info().fingerprint},
                                   {"validation", run.inputs.full.validation->info().fingerprint},
                                   {"options", std::move(options)},
                                   {"seed", job.seed},
                                   {"threads", threads_of(run)}};
  if (run.inputs.full_views && job.teach.views) inputs["views"] = explain(job).at("views");
  return inputs;
}

// A device of a hall has its teacher from there.
Status find_taught(const Run& run) {
  const RunDirectory hall = RunDirectory::look(run.teacher_home);
  const nlohmann::ordered_json made_by = inputs_of(run);
  for (int64_t member = 0; member < run.inputs.job.teach.members; ++member) {
    if (!hall.is_sealed(record_of(member), made_by))
      return fail(ErrorKind::kNotFound, run.teacher_home,
                  "the hall has not taught its teacher yet, or for other inputs; `apprentice teach {}` does",
                  run.teacher_home);
  }
  return {};
}

Result<StepOutcome> make_taught(Run& run) {
  const nlohmann::ordered_json made_by = inputs_of(run);
  std::vector<SideTask> tasks;
  for (int64_t member = 0; member < run.inputs.job.teach.members; ++member) {
    if (run.directory.is_sealed(record_of(member), made_by)) continue;
    const auto work = [&run, &made_by, member](const RunControl& control) -> Status {
      const auto teach = [&] { return teach_member(run, member, control); };
      APPRENTICE_CHECK(run.directory.once(record_of(member), made_by, teach));
      return {};
    };
    tasks.push_back({title_of(member), work});
  }
  if (tasks.empty()) return StepOutcome::kUnchanged;
  APPRENTICE_CHECK(run_side_by_side("teach", tasks, trainings_at_once(threads_of(run)), run.control));
  return StepOutcome::kDone;
}

}  // namespace

Result<StepOutcome> teach_step(Run& run) {
  const Job& job = run.inputs.job;
  if (!job.teach.present) return StepOutcome::kUnchanged;
  StepOutcome outcome = StepOutcome::kUnchanged;
  if (job.is_of_hall()) {
    APPRENTICE_CHECK(find_taught(run));
  } else {
    APPRENTICE_TRY(outcome, make_taught(run));
  }
  std::vector<std::string> paths;
  for (int64_t member = 0; member < job.teach.members; ++member)
    paths.push_back(run.teacher_home + "/" + taught_path(member));
  APPRENTICE_TRY(run.inputs.teacher, taught_teacher(paths, run.inputs.full.train->info(), job.teach.device));
  return outcome;
}

}  // namespace apprentice
