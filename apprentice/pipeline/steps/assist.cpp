// SPDX-License-Identifier: Apache-2.0
// assist: trains the networks of [[assistant]], each by the answers of the one before it; the last one teaches the
// student.
#include <filesystem>

#include "apprentice/base/files.h"
#include "apprentice/base/random.h"
#include "apprentice/losses/loss.h"
#include "apprentice/onnx/write/export.h"
#include "apprentice/pipeline/steps/step.h"
#include "apprentice/pipeline/teaching.h"
#include "apprentice/train/distiller.h"

namespace apprentice {
namespace {

std::string folder_of(size_t number) { return fmt::format("assistant{}", number); }
std::string onnx_of(size_t number) { return folder_of(number) + "/model.onnx"; }

uint64_t seed_of_assistant(const Job& job, size_t number) {
  return Rng(job.assistants[number].train.seed, fmt::format("assistant/{}", number)).next() >> 1;
}

Result<TrainTask> task_of(Run& run, size_t number) {
  const AssistantJob& job = run.inputs.job.assistants[number];
  TrainTask task;
  task.title = fmt::format("assistant {}/{}", number + 1, run.inputs.job.assistants.size());
  task.spec = run.inputs.assistants[number];
  task.train = run.inputs.splits.train;
  task.validation = run.inputs.splits.validation;
  task.views = run.inputs.views;
  task.loss = job.loss.name;
  task.loss_options = job.loss.options;
  task.options = job.train;
  task.metric = run.inputs.metric;
  task.options.seed = seed_of_assistant(run.inputs.job, number);
  task.checkpoint_folder = run.directory.file(folder_of(number) + "/checkpoints");
  const Pupil pupil{task.spec, job.loss};
  if (needs_targets(run.inputs, pupil)) {
    APPRENTICE_TRY(task.targets, pupil_targets(run, pupil));
  }
  return task;
}

Result<std::vector<std::string>> train_assistant(Run& run, size_t number) {
  APPRENTICE_TRY(const TrainTask task, task_of(run, number));
  APPRENTICE_CHECK(make_folder(task.checkpoint_folder));
  APPRENTICE_TRY(const TrainResult result, train(task, run.control));
  APPRENTICE_TRY(const std::string onnx, export_onnx(result.model, Normalise::kInside));
  const std::string history = folder_of(number) + "/history.json";
  APPRENTICE_CHECK(write_file(run.directory.file(onnx_of(number)), onnx));
  APPRENTICE_CHECK(write_file(run.directory.file(history), to_json(result.report).dump(2) + "\n"));
  std::error_code ignored;
  std::filesystem::remove_all(task.checkpoint_folder, ignored);
  return std::vector<std::string>{onnx_of(number), history};
}

nlohmann::ordered_json inputs_of(const Run& run, size_t number) {
  const Inputs& inputs = run.inputs;
  const nlohmann::ordered_json job = explain(inputs.job);
  nlohmann::ordered_json json = {{"version", version()},
                                 {"network", fingerprint(inputs.assistants[number])},
                                 {"train", inputs.splits.train->info().fingerprint},
                                 {"validation", inputs.splits.validation->info().fingerprint},
                                 {"options", job.at("assistant").at(number)},
                                 {"schedule", job.at("train")},
                                 {"metric", to_string(inputs.metric)},
                                 {"seed", seed_of_assistant(inputs.job, number)},
                                 {"threads", inputs.job.threads}};
  if (inputs.views) json["views"] = job.at("views");
  if (const auto tutor = tutor_of(inputs)) json["teacher"] = tutor->info().fingerprint;
  return json;
}

}  // namespace

Result<StepOutcome> assist_step(Run& run) {
  StepOutcome outcome = StepOutcome::kUnchanged;
  for (size_t number = 0; number < run.inputs.job.assistants.size(); ++number) {
    const auto work = [&] { return train_assistant(run, number); };
    APPRENTICE_TRY(const StepOutcome trained, run.directory.once(folder_of(number), inputs_of(run, number), work));
    outcome = both(outcome, trained);
    const std::vector<std::string> paths{run.directory.file(onnx_of(number))};
    APPRENTICE_TRY(run.inputs.tutor, taught_teacher(paths, run.inputs.splits.train->info()));
  }
  return outcome;
}

}  // namespace apprentice
