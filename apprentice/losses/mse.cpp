// SPDX-License-Identifier: Apache-2.0
// mse: hard_weight * (y - label)^2 + soft_weight * (y - teacher)^2; without a teacher (control arm) the first alone.
#include <ATen/ATen.h>

#include "apprentice/losses/loss_keys.h"
#include "apprentice/losses/loss_rows.h"
#include "apprentice/losses/terms.h"

namespace apprentice::losses::rows {
namespace {

class MeanSquaredError final : public Loss {
 public:
  explicit MeanSquaredError(Config& keys) { read_hard_soft(keys, hard_weight_, soft_weight_); }
  LossValue operator()(const StudentOutput& student, const Targets& targets) const override {
    const at::Tensor hard = at::mse_loss(student.logits, targets.values);
    if (!targets.teacher_logits.defined()) return {hard, {{"label", hard.detach()}}};
    const at::Tensor soft = at::mse_loss(student.logits, targets.teacher_logits.detach());
    return {mix(hard_weight_, hard, soft_weight_, soft), {{"label", hard.detach()}, {"teacher", soft.detach()}}};
  }

 private:
  double hard_weight_ = 0.5, soft_weight_ = 0.5;
};

}  // namespace

const LossKind mse = {"mse",
                      "squared error to label and to teacher",
                      "Chen et al. 2017, Learning Efficient Object Detection Models with Knowledge Distillation, "
                      "section 3.3, without its bound",
                      TaskKind::kRegression,
                      false,
                      make<MeanSquaredError>};

}  // namespace apprentice::losses::rows
