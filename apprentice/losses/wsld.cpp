// SPDX-License-Identifier: Apache-2.0
// wsld: soft labels count less where the student already knows the label better than the teacher.
#include <ATen/ATen.h>

#include "apprentice/losses/knobs.h"
#include "apprentice/losses/rows.h"
#include "apprentice/losses/terms.h"

namespace apprentice::loss_rows {
namespace {

class WeightedSoftLabels final : public Loss {
 public:
  explicit WeightedSoftLabels(Config& options) {
    read_temperature(options, temperature_);
    read_hard_soft(options, hard_weight_, soft_weight_);
  }
  LossValue operator()(const StudentOutput& student, const Targets& targets) const override {
    const at::Tensor given = targets.teacher_logits.detach();
    const at::Tensor ce = cross_entropy(student.logits, targets);
    const at::Tensor weights = 1.0 - (-error(student.logits.detach(), targets) / (error(given, targets) + kTiny)).exp();
    const at::Tensor shares = at::softmax(given / temperature_, 1);
    const at::Tensor soft_ce = -(shares * at::log_softmax(student.logits / temperature_, 1)).sum(1);
    const at::Tensor soft = (weights * soft_ce).mean() * (temperature_ * temperature_);
    return {mix(hard_weight_, ce, soft_weight_, soft), {{"ce", ce.detach()}, {"wsld", soft.detach()}}};
  }
  bool needs_teacher() const override { return true; }

 private:
  static constexpr double kTiny = 1e-7;  // a teacher without any error gives weight 1
  static at::Tensor error(const at::Tensor& logits, const Targets& targets) {
    const at::Tensor log_probabilities = at::log_softmax(logits, 1);
    return -over_labels(targets, [&](const at::Tensor& y) { return at_label(log_probabilities, y); });
  }
  double temperature_ = 2.0, hard_weight_ = 1.0, soft_weight_ = 2.5;
};

}  // namespace

const LossKind wsld = {
    "wsld",
    "soft labels weighted by how much worse than the teacher the student is; T, hard_weight, "
    "soft_weight",
    "Zhou et al. 2021 (arXiv 2102.00650), weighted soft labels",
    TaskKind::kClassification,
    true,
    [](Config& options) -> Result<std::unique_ptr<Loss>> { return std::make_unique<WeightedSoftLabels>(options); }};

}  // namespace apprentice::loss_rows
