// SPDX-License-Identifier: Apache-2.0
#include "apprentice/pipeline/training.h"

#include <algorithm>
#include <filesystem>
#include <map>

#include "apprentice/base/cores.h"
#include "apprentice/base/files.h"
#include "apprentice/base/json_reader.h"
#include "apprentice/losses/loss.h"
#include "apprentice/onnx/write/export.h"
#include "apprentice/pipeline/teaching.h"
#include "apprentice/train/report_json.h"

namespace apprentice {
namespace {

using Json = nlohmann::ordered_json;
using Store = std::shared_ptr<const TargetStore>;

// Trainings whose losses look at the same answers share one store.
Status open_targets(Run& run, TrainTask& task, std::map<std::string, Store>& opened) {
  const Pupil pupil{task.spec, {task.loss, task.loss_options}};
  APPRENTICE_TRY(const std::string folder, pupil_store_folder(run, pupil));
  Store& store = opened[folder];
  if (store == nullptr) {
    APPRENTICE_TRY(store, pupil_targets(run, pupil));
  }
  task.targets = store;
  return {};
}

Status save(const Run& run, const Training& training, Model& model) {
  const std::string path = run.directory.file(training.model);
  if (std::filesystem::path(path).extension() == ".onnx") {
    APPRENTICE_TRY(const std::string onnx, export_onnx(model, Normalise::kInside));
    return write_file(path, onnx);
  }
  model.provenance["made_by"] = made_by(run, training);
  model.provenance["arm"] = training.arm;
  return save_model(model, path);
}

Result<std::vector<std::string>> train_and_save(const Run& run, const Training& training, const RunControl& control) {
  APPRENTICE_CHECK(make_folder(training.task.checkpoint_folder));
  APPRENTICE_TRY(TrainResult result, train(training.task, control));
  APPRENTICE_CHECK(save(run, training, result.model));
  APPRENTICE_CHECK(write_file(run.directory.file(training.history), to_json(result.report).dump(2) + "\n"));
  std::error_code ignored;
  std::filesystem::remove_all(training.task.checkpoint_folder, ignored);
  return std::vector<std::string>{training.model, training.history};
}

}  // namespace

Training arm_training(const Run& run, const std::string& arm, const std::string& folder,
                      const std::optional<LossJob>& loss, uint64_t seed, int threads) {
  const Inputs& inputs = run.inputs;
  const bool plain = !loss && !inputs.job.control_views;
  TrainTask task;
  task.title = std::filesystem::path(folder).filename().string();
  task.spec = inputs.student;
  task.train = inputs.splits.train;
  task.validation = inputs.splits.validation;
  task.views = plain ? nullptr : inputs.views;
  task.loss = loss ? loss->name : label_only_loss(inputs.student.task);
  if (loss) task.loss_options = loss->options;
  task.options = inputs.job.train;
  task.options.seed = seed;
  task.options.threads = threads;
  task.metric = inputs.metric;
  task.checkpoint_folder = run.directory.file(folder + "/checkpoints");
  const bool tutored = loss && needs_targets(inputs, {inputs.student, *loss});
  return {task, arm, folder, model_file(folder), history_file(folder), record_name("train", folder), tutored};
}

std::string model_file(const std::string& folder) { return folder + "/model.apnet"; }
std::string history_file(const std::string& folder) { return folder + "/history.json"; }
std::string quant_file(const std::string& folder) { return folder + "/int8.apq"; }

std::string record_name(const std::string& step, const std::string& folder) {
  std::string record = step + "-" + folder;
  std::replace(record.begin(), record.end(), '/', '-');
  return record;
}

Json made_by(const Run& run, const Training& training) {
  Json json = {{"version", version()}, {"max_seconds", training.task.options.max_seconds}};
  json.update(describe(training.task));
  if (training.tutored) json["teacher"] = tutor_of(run.inputs)->info().fingerprint;
  return json;
}

Result<StepOutcome> run_training(Run& run, Training training) {
  return run.directory.once(training.record, made_by(run, training), [&]() -> Result<std::vector<std::string>> {
    std::map<std::string, Store> opened;
    if (training.tutored) APPRENTICE_CHECK(open_targets(run, training.task, opened));
    return train_and_save(run, training, run.control);
  });
}

// All that changes the run is done here, before any thread starts.
Result<std::vector<SideTask>> training_tasks(Run& run, const std::vector<Training>& trainings) {
  std::vector<SideTask> tasks;
  std::map<std::string, Store> opened;
  for (Training training : trainings) {
    if (run.directory.is_sealed(training.record, made_by(run, training))) continue;
    if (training.tutored) APPRENTICE_CHECK(open_targets(run, training.task, opened));
    const auto work = [&run, training](const RunControl& control) -> Status {
      const auto once = [&] { return train_and_save(run, training, control); };
      APPRENTICE_CHECK(run.directory.once(training.record, made_by(run, training), once));
      return {};
    };
    tasks.push_back({training.task.title, work});
  }
  return tasks;
}

int trainings_at_once(const std::vector<Training>& trainings) {
  int widest = 1;
  for (const Training& training : trainings) widest = std::max(widest, training.task.options.threads);
  return trainings_at_once(widest);
}

int trainings_at_once(int threads) { return std::max(1, core_count() / threads); }

int threads_for_each(size_t trainings, const TrainOptions& options, const NetSpec& network) {
  const bool fill = static_cast<int>(trainings) >= core_count();
  return options.threads == 0 && fill ? 1 : choose_threads(options, network);
}

Result<StepOutcome> run_trainings(Run& run, const std::vector<Training>& trainings) {
  APPRENTICE_TRY(const std::vector<SideTask> tasks, training_tasks(run, trainings));
  if (tasks.empty()) return StepOutcome::kUnchanged;
  APPRENTICE_CHECK(run_side_by_side("train", tasks, trainings_at_once(trainings), run.control));
  return StepOutcome::kDone;
}

Result<TrainReport> read_history(const std::string& path) {
  APPRENTICE_TRY(const Json json, read_json(path, int64_t{64} << 20));
  const JsonReader reader(json, path);
  TrainReport report = train_report_from_json(reader);
  APPRENTICE_CHECK(reader.status());
  return report;
}

}  // namespace apprentice
