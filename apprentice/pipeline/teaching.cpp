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

bool needs_targets(const Inputs& inputs) {
  const Job& job = inputs.job;
  if (inputs.teacher == nullptr && !job.teach.present) return false;
  // The regression loss takes a teacher where there is one.
  if (inputs.student.task == TaskKind::kRegression) return true;
  const LossKind* kind = find_loss_kind(job.loss.name);
  return kind != nullptr && kind->needs_teacher;
}

Result<TargetOptions> target_options(const Inputs& inputs, Teacher& teacher, const Dataset& data) {
  TargetOptions options;
  if (&data != inputs.splits.train.get()) return options;
  options.views = inputs.views;
  if (find_loss_kind(inputs.job.loss.name)->taps == Taps::kNone) return options;
  Config knobs = inputs.job.loss.options;
  APPRENTICE_TRY(const std::unique_ptr<Loss> loss, make_loss(inputs.job.loss.name, knobs));
  APPRENTICE_TRY(FeaturePlan plan, plan_features(inputs.student, inputs.job.loss.name, *loss, features_of(teacher)));
  options.features = std::move(plan.teacher);
  return options;
}

Result<std::shared_ptr<const TargetStore>> teacher_answers(Run& run, const Dataset& data) {
  promise(run.inputs.teacher != nullptr, "teacher_answers: there is a teacher");
  APPRENTICE_TRY(const TargetOptions options, target_options(run.inputs, *run.inputs.teacher, data));
  return TargetStore::build(run.directory.file(kStore), *run.inputs.teacher, data, options, run.control);
}

bool has_answers(const Run& run, const Dataset& data) {
  const auto options = target_options(run.inputs, *run.inputs.teacher, data);
  if (!options) return false;
  const std::string address = TargetStore::address(run.inputs.teacher->info(), data.info(), *options);
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
