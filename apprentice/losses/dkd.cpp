// SPDX-License-Identifier: Apache-2.0
// dkd: kd in two halves with weights of their own: how sure the teacher is of the label, and how it ranks the others.
#include <ATen/core/Tensor.h>

#include "apprentice/losses/loss_rows.h"
#include "apprentice/losses/terms.h"

namespace apprentice::losses::rows {
namespace {

class DecoupledDistillation final : public Loss {
 public:
  explicit DecoupledDistillation(const LossKeys& keys) : weights_(keys), warmup_epochs_(keys.number("warmup_epochs")) {}
  LossValue operator()(const StudentOutput& student, const Targets& targets) const override {
    const at::Tensor ce = cross_entropy(student.logits, targets);
    const at::Tensor soft = decoupled_kl(student.logits, targets.teacher_logits, targets, weights_);
    return {mix(weights_.hard_weight, ce, warmth(targets.epoch, warmup_epochs_), soft),
            {{"ce", ce.detach()}, {"dkd", soft.detach()}}};
  }

 private:
  LabelApartWeights weights_;
  double warmup_epochs_;
};

}  // namespace

std::unique_ptr<Loss> dkd(const LossKeys& keys) { return std::make_unique<DecoupledDistillation>(keys); }

}  // namespace apprentice::losses::rows
