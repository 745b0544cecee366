// SPDX-License-Identifier: Apache-2.0
#include "apprentice/pipeline/teaching.h"

#include <algorithm>

#include "apprentice/losses/loss.h"
#include "apprentice/train/taps.h"

namespace apprentice {
namespace {

constexpr const char* kStore = "targets";

std::string onnx_table(const std::string& path) {
  return fmt::format("source = \"onnx\"\npath = {}\n", nlohmann::json(path).dump());
}

// The tutor teaches; the job's own teacher is what results are compared with.
std::shared_ptr<Teacher> teacher_for(const Inputs& inputs, const Dataset& data) {
  const auto teacher = &data == inputs.splits.train.get() ? tutor_of(inputs) : inputs.teacher;
  promise(teacher != nullptr, "answers are asked of a teacher that is there");
  return teacher;
}

}  // namespace

Result<std::shared_ptr<Teacher>> taught_teacher(const std::vector<std::string>& model_paths, const DatasetInfo& data) {
  std::string text = onnx_table(model_paths.front());
  if (model_paths.size() > 1) {
    text = "source = \"ensemble\"\n";
    for (const std::string& path : model_paths) text += "[[member]]\n" + onnx_table(path);
  }
  APPRENTICE_TRY(Config config, Config::parse(text, "taught teacher"));
  APPRENTICE_TRY(std::unique_ptr<Teacher> teacher, make_teacher(config, data, "."));
  APPRENTICE_CHECK(config.finish());
  return std::shared_ptr<Teacher>(std::move(teacher));
}

Pupil student_of(const Inputs& inputs) { return {inputs.student, inputs.job.loss}; }

bool looks_at_answers(const Pupil& pupil) {
  // The regression loss takes a teacher where there is one.
  if (pupil.network.task == TaskKind::kRegression) return true;
  const LossKind* kind = find_loss_kind(pupil.loss.name);
  return kind != nullptr && kind->needs_teacher;
}

bool needs_targets(const Inputs& inputs, const Pupil& pupil) {
  return (tutor_of(inputs) != nullptr || inputs.job.teach.present) && looks_at_answers(pupil);
}

Result<TargetOptions> target_options(const Inputs& inputs, const Pupil& pupil, Teacher& teacher, const Dataset& data) {
  TargetOptions options;
  if (&data != inputs.splits.train.get()) return options;
  options.views = inputs.views;
  if (find_loss_kind(pupil.loss.name)->taps == Taps::kNone) return options;
  Config knobs = pupil.loss.options;
  APPRENTICE_TRY(const std::unique_ptr<Loss> loss, make_loss(pupil.loss.name, knobs));
  APPRENTICE_TRY(FeaturePlan plan, plan_features(pupil.network, pupil.loss.name, *loss, features_of(teacher)));
  options.features = std::move(plan.teacher);
  return options;
}

Result<std::shared_ptr<const TargetStore>> teacher_answers(Run& run, const Dataset& data, const Pupil& pupil) {
  const std::shared_ptr<Teacher> teacher = teacher_for(run.inputs, data);
  APPRENTICE_TRY(const TargetOptions options, target_options(run.inputs, pupil, *teacher, data));
  return TargetStore::build(run.directory.file(kStore), *teacher, data, options, run.control);
}

Result<std::shared_ptr<const TargetStore>> teacher_answers(Run& run, const Dataset& data) {
  return teacher_answers(run, data, student_of(run.inputs));
}

bool has_answers(const Run& run, const Dataset& data) {
  const std::shared_ptr<Teacher> teacher = teacher_for(run.inputs, data);
  const auto options = target_options(run.inputs, student_of(run.inputs), *teacher, data);
  if (!options) return false;
  const std::string address = TargetStore::address(teacher->info(), data.info(), *options);
  return TargetStore::is_finished(run.directory.file(kStore) + "/" + address);
}

Tensor answers_tensor(const TargetStore& store) {
  Tensor all(DType::kF32, {store.size(), store.classes()});
  for (int64_t i = 0; i < store.size(); ++i) {
    std::copy_n(store.logits(i), store.classes(), all.data<float>() + i * store.classes());
  }
  return all;
}

}  // namespace apprentice
