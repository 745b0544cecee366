// SPDX-License-Identifier: Apache-2.0
// mae: hard_weight * |y - label| + soft_weight * |y - teacher|: outliers pull less than in mse.
#include <ATen/ATen.h>

#include "apprentice/losses/loss_rows.h"
#include "apprentice/losses/terms.h"

namespace apprentice::losses::rows {
namespace {

class MeanAbsoluteError final : public Loss {
 public:
  explicit MeanAbsoluteError(const LossKeys& keys) : weights_(keys) {}
  LossValue operator()(const StudentOutput& student, const Targets& targets) const override {
    const at::Tensor hard = at::l1_loss(student.logits, targets.values);
    if (!targets.teacher_logits.defined()) return {hard, {{"label", hard.detach()}}};
    const at::Tensor soft = at::l1_loss(student.logits, targets.teacher_logits.detach());
    return {mix(weights_.hard, hard, weights_.soft, soft), {{"label", hard.detach()}, {"teacher", soft.detach()}}};
  }

 private:
  HardSoftWeights weights_;
};

}  // namespace

std::unique_ptr<Loss> mae(const LossKeys& keys) { return std::make_unique<MeanAbsoluteError>(keys); }

}  // namespace apprentice::losses::rows
