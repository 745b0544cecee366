// SPDX-License-Identifier: Apache-2.0
// mae: hard_weight * |y - label| + soft_weight * |y - teacher|: outliers pull less than in mse.
#include <ATen/ATen.h>

#include "apprentice/losses/loss_keys.h"
#include "apprentice/losses/loss_rows.h"
#include "apprentice/losses/terms.h"

namespace apprentice::losses::rows {
namespace {

class MeanAbsoluteError final : public Loss {
 public:
  explicit MeanAbsoluteError(Config& keys) { read_hard_soft(keys, hard_weight_, soft_weight_); }
  LossValue operator()(const StudentOutput& student, const Targets& targets) const override {
    const at::Tensor hard = at::l1_loss(student.logits, targets.values);
    if (!targets.teacher_logits.defined()) return {hard, {{"label", hard.detach()}}};
    const at::Tensor soft = at::l1_loss(student.logits, targets.teacher_logits.detach());
    return {mix(hard_weight_, hard, soft_weight_, soft), {{"label", hard.detach()}, {"teacher", soft.detach()}}};
  }

 private:
  double hard_weight_ = 0.5, soft_weight_ = 0.5;
};

}  // namespace

const LossKind mae = {"mae",
                      "absolute error to label and to teacher",
                      "Bishop 2006, Pattern Recognition and Machine Learning, section 1.5.5, eq. 1.91 with q = 1",
                      TaskKind::kRegression,
                      false,
                      make<MeanAbsoluteError>};

}  // namespace apprentice::losses::rows
