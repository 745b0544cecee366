// SPDX-License-Identifier: Apache-2.0
// teach: trains the members of [teach] on labels, side by side; saves networks as ONNX and trees as XGBoost does.
#include <algorithm>
#include <filesystem>

#include "apprentice/base/files.h"
#include "apprentice/base/random.h"
#include "apprentice/losses/loss_kind.h"

#include "apprentice/pipeline/steps/step.h"
#include "apprentice/pipeline/teach_job.h"
#include "apprentice/pipeline/teaching.h"
#include "apprentice/pipeline/training.h"
#include "apprentice/pipeline/tree_rows.h"
#include "apprentice/trees/boosted_trees.h"

namespace apprentice::pipeline {
namespace {

// Trees have a thread each: their bits are then those of any machine.
int threads_of(const Run& run) {
  const auto& members = run.inputs.job.teach.members;
  int threads = 1;
  for (size_t i = 0; i < members.size(); ++i) {
    if (members[i].trees) continue;
    threads = std::max(threads, threads_for_each(members.size(), members[i].train, run.inputs.taught[i]));
  }
  return threads;
}

std::string title_of(size_t member) { return fmt::format("teacher-{}", member + 1); }

uint64_t seed_of(const Job& job, size_t member) { return Rng(job.seed, fmt::format("teach/{}", member)).next() >> 1; }

std::shared_ptr<const views::Views> views_of(const Run& run) {
  return run.inputs.job.teach.views ? run.inputs.full_views : nullptr;
}

std::string checkpoints_of(const Run& run, size_t member) {
  return run.home.file(fmt::format("teacher/checkpoints{}", member));
}

// Of what the teacher is trained on, not of what its device keeps.
metrics::Metric metric_of(const Run& run) { return run.inputs.job.metric(count_classes(*run.inputs.full.train)); }

bool is_trees(const Run& run, size_t member) { return run.inputs.job.teach.members[member].trees.has_value(); }

std::string record_of(size_t member) { return fmt::format("teach{}", member); }

Training network_training(const Run& run, size_t member) {
  const Job& job = run.inputs.job;
  const data::Splits& data = run.inputs.full;
  train::TrainTask task;
  task.title = title_of(member);
  task.spec = run.inputs.taught[member];
  task.train = data.train;
  task.validation = data.validation;
  task.views = views_of(run);
  task.loss = losses::label_only_loss(data.train->info().task);
  task.options = job.teach.members[member].train;
  task.options.seed = seed_of(job, member);
  task.options.threads = threads_of(run);
  task.metric = metric_of(run);
  task.checkpoint_folder = checkpoints_of(run, member);
  return {
      task,         "teacher",   "teacher", taught_path(job, member), taught_history_path(member), record_of(member),
      std::nullopt, Place::kHome};
}

trees::TreeOptions tree_options(const Run& run, size_t member) {
  trees::TreeOptions options = *run.inputs.job.teach.members[member].trees;
  options.seed = seed_of(run.inputs.job, member);
  options.threads = 1;
  return options;
}

nlohmann::ordered_json trees_inputs(const Run& run, size_t member) {
  nlohmann::ordered_json json = {{"trees", to_json(tree_options(run, member))},
                                 {"train", run.inputs.full.train->info().fingerprint},
                                 {"validation", run.inputs.full.validation->info().fingerprint}};
  if (const auto views = views_of(run)) json["views"] = {views->identity(), views->count()};
  return json;
}

Result<std::vector<std::string>> teach_trees(const Run& run, size_t member, const RunControl& control) {
  const data::Splits& data = run.inputs.full;
  const std::string checkpoints = checkpoints_of(run, member), made = taught_path(run.inputs.job, member);
  APPRENTICE_CHECK(make_folder(checkpoints));
  APPRENTICE_TRY(const trees::BoostedTrees trees,
                 trees::train_trees(tree_rows(*data.train, views_of(run).get()), tree_rows(*data.validation),
                                    tree_classes(data.train->info()), tree_options(run, member), control,
                                    checkpoints + "/trees.json"));
  APPRENTICE_CHECK(write_file(run.home.file(made), trees.json));
  std::error_code ignored;
  std::filesystem::remove_all(checkpoints, ignored);
  return std::vector<std::string>{made};
}

Unit trees_unit(Run& run, size_t member) {
  Unit unit{title_of(member), record_of(member), [&run, member] { return trees_inputs(run, member); },
            [&run, member](const RunControl& control) { return teach_trees(run, member, control); }};
  unit.place = Place::kHome;
  unit.threads = threads_of(run);
  return unit;
}

}  // namespace

std::string taught_history_path(size_t member) { return fmt::format("teacher/history{}.json", member); }

Result<Units> teach_units(Run& run) {
  Units units;
  for (size_t member = 0; member < run.inputs.taught.size(); ++member) {
    units.push_back(is_trees(run, member) ? trees_unit(run, member)
                                          : training_units(run, {network_training(run, member)}).front());
  }
  return units;
}

}  // namespace apprentice::pipeline
