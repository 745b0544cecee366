// SPDX-License-Identifier: Apache-2.0
// mse: hard_weight * (y - label)^2 + soft_weight * (y - teacher)^2; without a teacher (control arm) the first alone.
#include <ATen/ATen.h>

#include "apprentice/losses/loss_rows.h"
#include "apprentice/losses/terms.h"

namespace apprentice::losses::rows {
namespace {

class MeanSquaredError final : public Loss {
 public:
  explicit MeanSquaredError(const LossKeys& keys) : weights_(keys) {}
  LossValue operator()(const StudentOutput& student, const Targets& targets) const override {
    const at::Tensor hard = at::mse_loss(student.logits, targets.values);
    if (!targets.teacher_logits.defined()) return {hard, {{"label", hard.detach()}}};
    const at::Tensor soft = at::mse_loss(student.logits, targets.teacher_logits.detach());
    return {mix(weights_.hard, hard, weights_.soft, soft), {{"label", hard.detach()}, {"teacher", soft.detach()}}};
  }

 private:
  HardSoftWeights weights_;
};

}  // namespace

std::unique_ptr<Loss> mse(const LossKeys& keys) { return std::make_unique<MeanSquaredError>(keys); }

}  // namespace apprentice::losses::rows
