// SPDX-License-Identifier: Apache-2.0
#include "list_torch.h"

#include <utility>

#include "apprentice/losses/loss_kind.h"
#include "apprentice/onnx/run/operators.h"
#include "apprentice/pipeline/steps/step.h"
#include "apprentice/teacher/teacher.h"
#include "apprentice/train/distiller.h"

namespace apprentice::cli {
namespace {

// "labels and softened teacher; T, hard_weight, soft_weight"
std::string summary_of(const losses::LossKind& kind) {
  std::string text = kind.task == TaskKind::kRegression ? "regression: " : "";
  text += kind.summary;
  const char* between = "; ";
  for (const losses::LossKey& key : kind.keys.list()) text += std::exchange(between, ", ") + key.name;
  return text;
}

}  // namespace

std::vector<std::pair<std::string, std::string>> torch_rows(const std::string& topic) {
  if (topic == "teachers") return teacher::teacher_sources();
  if (topic == "operators") return onnx::run::supported_operators();
  std::vector<std::pair<std::string, std::string>> rows;
  if (topic == "losses") {
    for (const losses::LossKind& kind : losses::loss_kinds()) rows.emplace_back(kind.name, summary_of(kind));
  } else {
    for (const pipeline::StepKind& kind : pipeline::step_kinds()) rows.emplace_back(kind.name, kind.summary);
  }
  return rows;
}

std::string markdown_of(const std::string& topic) {
  return topic == "losses" ? losses::losses_markdown() : topic == "operators" ? onnx::run::operators_markdown() : "";
}

std::string engine_version() {
  const std::string version = train::libtorch_version();
  return version.empty() ? ", without libtorch" : ", libtorch " + version;
}

}  // namespace apprentice::cli
