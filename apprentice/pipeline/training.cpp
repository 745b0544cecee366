// SPDX-License-Identifier: Apache-2.0
#include "apprentice/pipeline/training.h"

#include <algorithm>
#include <filesystem>
#include <map>

#include "apprentice/base/cores.h"
#include "apprentice/base/files.h"
#include "apprentice/base/json_reader.h"
#include "apprentice/losses/loss.h"
#include "apprentice/pipeline/teaching.h"
#include "apprentice/train/report_json.h"

namespace apprentice {
namespace {

using Json = nlohmann::ordered_json;
using Store = std::shared_ptr<const TargetStore>;

bool learns_from_teacher(const Run& run, const Training& training) {
  return training.loss && needs_targets(run.inputs, {run.inputs.student, *training.loss});
}

// The answers that a training learns from, null without any. Trainings whose losses look at the same share one store.
Result<Store> answers_for(Run& run, const Training& training, std::map<std::string, Store>& opened) {
  if (!learns_from_teacher(run, training)) return Store();
  const Pupil pupil{run.inputs.student, *training.loss};
  APPRENTICE_TRY(const std::string folder, pupil_store_folder(run, pupil));
  Store& store = opened[folder];
  if (store == nullptr) {
    APPRENTICE_TRY(store, pupil_targets(run, pupil));
  }
  return store;
}

std::shared_ptr<const Views> views_of(const Run& run, const Training& training) {
  const bool plain = !training.loss && !run.inputs.job.control_views;
  return plain ? nullptr : run.inputs.views;
}

TrainTask task_of(const Run& run, const Training& training, const Store& answers) {
  const Inputs& inputs = run.inputs;
  TrainTask task;
  task.title = training.title();
  task.spec = inputs.student;
  task.train = inputs.splits.train;
  task.validation = inputs.splits.validation;
  task.views = views_of(run, training);
  task.options = inputs.job.train;
  task.metric = inputs.metric;
  task.options.seed = training.seed;
  task.options.threads = training.threads;
  task.checkpoint_folder = run.directory.file(training.folder + "/checkpoints");
  task.loss = label_only_loss(inputs.student.task);
  if (training.loss) {
    task.loss = training.loss->name;
    task.loss_options = training.loss->options;
  }
  task.targets = answers;
  return task;
}

// Nothing of this depends on when or where the run was made.
Json inputs_of(const Run& run, const Training& training) {
  const Inputs& inputs = run.inputs;
  const Json job = explain(inputs.job);
  Json json = {{"version", version()},
               {"network", fingerprint(inputs.student)},
               {"train", inputs.splits.train->info().fingerprint},
               {"validation", inputs.splits.validation->info().fingerprint},
               {"options", job.at("train")},
               {"metric", to_string(inputs.metric)},
               {"seed", training.seed},
               {"threads", training.threads}};
  if (views_of(run, training)) json["views"] = job.at("views");
  if (training.loss) json["loss"] = training.loss->options.resolved();
  if (learns_from_teacher(run, training)) json["teacher"] = tutor_of(inputs)->info().fingerprint;
  return json;
}

Result<std::vector<std::string>> train_sealed(const Run& run, const Training& training, const TrainTask& task,
                                              const Json& made_by, const RunControl& control) {
  APPRENTICE_CHECK(make_folder(task.checkpoint_folder));
  APPRENTICE_TRY(TrainResult result, train(task, control));
  result.model.provenance["made_by"] = made_by;
  result.model.provenance["arm"] = training.arm;
  const std::string model = model_file(training.folder), history = history_file(training.folder);
  APPRENTICE_CHECK(save_model(result.model, run.directory.file(model)));
  APPRENTICE_CHECK(write_file(run.directory.file(history), to_json(result.report).dump(2) + "\n"));
  std::error_code ignored;
  std::filesystem::remove_all(task.checkpoint_folder, ignored);
  return std::vector<std::string>{model, history};
}

// Everything that shares state with other trainings is done here, before any thread starts.
SideTask side_task(Run& run, const Training& training, const Store& answers) {
  const TrainTask task = task_of(run, training, answers);
  const Json made_by = inputs_of(run, training);
  const auto work = [&run, training, task, made_by](const RunControl& control) -> Status {
    APPRENTICE_TRY(const StepOutcome outcome, run.directory.once(record_name("train", training.folder), made_by, [&] {
      return train_sealed(run, training, task, made_by, control);
    }));
    static_cast<void>(outcome);
    return {};
  };
  return SideTask{training.title(), work};
}

}  // namespace

std::string Training::title() const { return std::filesystem::path(folder).filename().string(); }

std::string model_file(const std::string& folder) { return folder + "/model.apnet"; }
std::string history_file(const std::string& folder) { return folder + "/history.json"; }
std::string quant_file(const std::string& folder) { return folder + "/int8.apq"; }

std::string record_name(const std::string& step, const std::string& folder) {
  std::string record = step + "-" + folder;
  std::replace(record.begin(), record.end(), '/', '-');
  return record;
}

Result<std::vector<SideTask>> training_tasks(Run& run, const std::vector<Training>& trainings) {
  std::vector<SideTask> tasks;
  std::map<std::string, Store> opened;
  for (const Training& training : trainings) {
    if (run.directory.is_sealed(record_name("train", training.folder), inputs_of(run, training))) continue;
    APPRENTICE_TRY(const Store answers, answers_for(run, training, opened));
    tasks.push_back(side_task(run, training, answers));
  }
  return tasks;
}

int trainings_at_once(const std::vector<Training>& trainings) {
  int widest = 1;
  for (const Training& training : trainings) widest = std::max(widest, training.threads);
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
