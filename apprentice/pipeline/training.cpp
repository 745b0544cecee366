// SPDX-License-Identifier: Apache-2.0
#include "apprentice/pipeline/training.h"

#include <algorithm>
#include <filesystem>
#include <map>

#include "apprentice/base/cores.h"
#include "apprentice/base/files.h"
#include "apprentice/base/json_reader.h"
#include "apprentice/losses/loss_kind.h"
#include "apprentice/onnx/write/export.h"
#include "apprentice/pipeline/teaching.h"
#include "apprentice/train/report_json.h"

namespace apprentice::pipeline {
namespace {

using Json = nlohmann::ordered_json;
using Store = std::shared_ptr<const targets::TargetStore>;

// Trainings whose losses look at the same answers share one store.
Status open_targets(const Run& run, Training& training, std::map<std::string, Store>& opened) {
  train::TrainTask& task = training.task;
  const Learner learner{task.spec, {task.loss, *task.loss_keys}, *training.learner};
  APPRENTICE_TRY(const std::string folder, learner_store_folder(run, learner));
  Store& store = opened[folder];
  if (store == nullptr) {
    APPRENTICE_TRY(store, learner_targets(run, Asked::kTrain, learner));
  }
  task.targets = store;
  return {};
}

Result<Json> made_by(const Run& run, const Training& training) {
  Json json = {{"version", version()}, {"max_seconds", training.task.options.max_seconds}};
  json.update(train::describe(training.task));
  if (training.learner) {
    APPRENTICE_TRY(const auto teacher, teacher_of(run, *training.learner));
    json["teacher"] = teacher->info().fingerprint;
  }
  return json;
}

Status save(const Run& run, const Training& training, model::Model& model) {
  const std::string path = place_of(run, training.place).file(training.model);
  if (std::filesystem::path(path).extension() == ".onnx") {
    APPRENTICE_TRY(const std::string onnx, onnx::write::export_onnx(model, onnx::write::Normalise::kInside));
    return write_file(path, onnx);
  }
  APPRENTICE_TRY(model.provenance["made_by"], made_by(run, training));
  model.provenance["arm"] = training.arm;
  model.provenance["libtorch"] = train::libtorch_version();
  return model::save_model(model, path);
}

Result<std::vector<std::string>> train_and_save(const Run& run, const Training& training, const RunControl& control) {
  APPRENTICE_CHECK(make_folder(training.task.checkpoint_folder));
  APPRENTICE_TRY(train::TrainResult result, train::train(training.task, control));
  APPRENTICE_CHECK(save(run, training, result.model));
  APPRENTICE_CHECK(
      write_file(place_of(run, training.place).file(training.history), train::to_json(result.report).dump(2) + "\n"));
  std::error_code ignored;
  std::filesystem::remove_all(training.task.checkpoint_folder, ignored);
  return std::vector<std::string>{training.model, training.history};
}

Unit training_unit(Run& run, const Training& given, std::shared_ptr<std::map<std::string, Store>> opened) {
  const auto training = std::make_shared<Training>(given);
  Unit unit{given.task.title, given.record, [&run, training] { return made_by(run, *training); },
            [&run, training](const RunControl& control) { return train_and_save(run, *training, control); }};
  unit.place = given.place;
  unit.threads = given.task.options.threads;
  if (given.learner) {
    unit.prepare = [&run, training, opened = std::move(opened)] { return open_targets(run, *training, *opened); };
  }
  return unit;
}

}  // namespace

Training arm_training(const Run& run, const std::string& arm, const std::string& folder,
                      const std::optional<LossJob>& loss, uint64_t seed, int threads) {
  const Inputs& inputs = run.inputs;
  const bool plain = !loss && !inputs.job.control_views;
  train::TrainTask task;
  task.title = std::filesystem::path(folder).filename().string();
  task.spec = inputs.student;
  task.train = inputs.splits.train;
  task.validation = inputs.splits.validation;
  task.views = plain ? nullptr : inputs.views;
  task.loss = loss ? loss->name : losses::label_only_loss(inputs.student.task);
  if (loss) task.loss_keys = loss->keys;
  task.options = inputs.job.train;
  task.options.seed = seed;
  task.options.threads = threads;
  task.metric = inputs.metric;
  task.checkpoint_folder = run.directory.file(folder + "/checkpoints");
  std::optional<size_t> learner;
  if (loss && needs_targets(inputs, student_with(inputs, *loss))) learner = inputs.assistants.size();
  return {task, arm, folder, model_file(folder), history_file(folder), record_name("train", folder), learner};
}

std::string model_file(const std::string& folder) { return folder + "/model.apnet"; }
std::string history_file(const std::string& folder) { return folder + "/history.json"; }
std::string quant_file(const std::string& folder) { return folder + "/int8.apq"; }

std::string record_name(const std::string& step, const std::string& folder) {
  std::string record = step + "-" + folder;
  std::replace(record.begin(), record.end(), '/', '-');
  return record;
}

Units training_units(Run& run, const std::vector<Training>& trainings) {
  Units units;
  const auto opened = std::make_shared<std::map<std::string, Store>>();
  for (const Training& training : trainings) units.push_back(training_unit(run, training, opened));
  return units;
}

int threads_for_each(size_t trainings, const train::TrainOptions& options, const model::NetSpec& network) {
  const bool fill = static_cast<int>(trainings) >= core_count();
  return options.threads == 0 && fill ? 1 : train::choose_threads(options, network);
}

Result<train::TrainReport> read_history(const std::string& path) {
  APPRENTICE_TRY(const Json json, read_json(path, int64_t{64} << 20));
  const JsonReader reader(json, path);
  train::TrainReport report = train::train_report_from_json(reader);
  APPRENTICE_CHECK(reader.status());
  return report;
}

}  // namespace apprentice::pipeline
