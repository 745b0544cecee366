// SPDX-License-Identifier: Apache-2.0
#include "apprentice/train/objective.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cstring>

#include "apprentice/base/task_names.h"

namespace apprentice::train {
namespace {

Result<std::unique_ptr<losses::Loss>> checked_loss(TrainTask& task) {
  APPRENTICE_TRY(std::unique_ptr<losses::Loss> loss, losses::make_loss(task.loss, task.loss_keys));
  const losses::LossKind& kind = *losses::find_loss_kind(task.loss);
  if (kind.task != task.spec.task) {
    return bad_input(task.title, "loss '{}' is for {}; for labels alone use '{}'", task.loss, to_string(kind.task),
                     losses::label_only_loss(task.spec.task));
  }
  if (kind.needs_teacher && task.targets == nullptr) {
    return bad_input(task.title, "loss '{}' needs a teacher's answers, and there are none; for labels alone use '{}'",
                     task.loss, losses::label_only_loss(task.spec.task));
  }
  return loss;
}

// Vectors and logits of samples spread over the training split.
void read_known_answers(const targets::TargetStore& store, size_t feature, losses::LossSetting& setting) {
  const int64_t count = std::min(store.size(), losses::kKnownAnswers), classes = store.classes();
  const int64_t values = setting.teacher.back()[0];
  setting.teacher_vectors = at::empty({count, values});
  setting.teacher_logits = at::empty({count, classes});
  for (int64_t i = 0; i < count; ++i) {
    const int64_t sample = i * store.size() / count;
    std::copy_n(store.logits(sample), classes, setting.teacher_logits.data_ptr<float>() + i * classes);
    std::copy_n(store.feature(feature, sample), values, setting.teacher_vectors.data_ptr<float>() + i * values);
  }
}

losses::LossSetting make_setting(const TrainTask& task, const Objective& objective, int64_t outputs) {
  losses::LossSetting setting;
  setting.student = objective.features.student;
  setting.teacher = objective.features.teacher_shapes();
  setting.classes = outputs;
  setting.samples = task.train->size();
  setting.seed = task.options.seed;
  if (task.spec.task == TaskKind::kClassification) {
    setting.labels = at::empty({setting.samples}, at::kLong);
    int64_t* labels = setting.labels.data_ptr<int64_t>();
    for (int64_t i = 0; i < setting.samples; ++i) labels[i] = task.train->sample_info(i).label;
  }
  if (losses::find_loss_kind(task.loss)->taps == losses::Taps::kVector)
    read_known_answers(*task.targets, objective.stored.back(), setting);
  return setting;
}

// Where the store holds what the plan names; from then on the plan has the shapes of the store.
std::vector<size_t> find_stored(const targets::TargetStore& store, std::vector<teacher::TeacherFeature>& features) {
  std::vector<size_t> places;
  for (teacher::TeacherFeature& feature : features) {
    const auto same = [&](const teacher::TeacherFeature& stored) { return stored.name == feature.name; };
    const auto found = std::find_if(store.features().begin(), store.features().end(), same);
    promise(found != store.features().end(), "the plan was made from the store");
    feature.shape = found->shape;
    places.push_back(static_cast<size_t>(found - store.features().begin()));
  }
  return places;
}

}  // namespace

Result<Objective> prepare_objective(TrainTask& task, const Student& student) {
  Objective objective;
  APPRENTICE_TRY(objective.loss, checked_loss(task));
  APPRENTICE_TRY(objective.peers, Peers::create(task.spec, task.options, objective.loss->peers()));
  if (losses::find_loss_kind(task.loss)->taps == losses::Taps::kNone) return objective;
  const targets::TargetStore& store = *task.targets;
  APPRENTICE_TRY(
      objective.features,
      plan_features(task.spec, task.loss, task.loss_keys ? *task.loss_keys : losses::find_loss_kind(task.loss)->keys,
                    features_of(store)));
  objective.stored = find_stored(store, objective.features.teacher);
  const losses::LossSetting setting = make_setting(task, objective, student.outputs());
  APPRENTICE_CHECK(objective.loss->prepare(setting, objective.adapters));
  objective.adapters.flatten();
  return objective;
}

}  // namespace apprentice::train
