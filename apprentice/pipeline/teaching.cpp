// SPDX-License-Identifier: Apache-2.0
#include "apprentice/pipeline/teaching.h"

#include <algorithm>

#include "apprentice/losses/loss.h"

namespace apprentice {
namespace {

constexpr const char* kStore = "targets";

std::string onnx_table(const std::string& path) {
  return fmt::format("source = \"onnx\"\npath = {}\n", nlohmann::json(path).dump());
}

// Views are of the training split alone.
TargetOptions target_options(const Run& run, const Dataset& data) {
  TargetOptions options;
  if (&data == run.inputs.splits.train.get()) options.views = run.inputs.views;
  return options;
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

bool needs_targets(const Run& run) {
  const Job& job = run.inputs.job;
  if (run.inputs.teacher == nullptr && !job.teach.present) return false;
  // The regression loss takes a teacher where there is one.
  if (run.inputs.student.task == TaskKind::kRegression) return true;
  const LossKind* kind = find_loss_kind(job.loss.name);
  return kind != nullptr && kind->needs_teacher;
}

Result<std::shared_ptr<const TargetStore>> teacher_answers(Run& run, const Dataset& data) {
  promise(run.inputs.teacher != nullptr, "teacher_answers: there is a teacher");
  return TargetStore::build(run.directory.file(kStore), *run.inputs.teacher, data, target_options(run, data),
                            run.control);
}

bool has_answers(const Run& run, const Dataset& data) {
  const std::string address = TargetStore::address(run.inputs.teacher->info(), data.info(), target_options(run, data));
  return TargetStore::open(run.directory.file(kStore) + "/" + address).has_value();
}

Tensor answers_tensor(const TargetStore& store) {
  Tensor all(DType::kF32, {store.size(), store.classes()});
  for (int64_t i = 0; i < store.size(); ++i) {
    std::copy_n(store.logits(i), store.classes(), all.data<float>() + i * store.classes());
  }
  return all;
}

}  // namespace apprentice
