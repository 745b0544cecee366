// SPDX-License-Identifier: Apache-2.0
// lsdkd: dkd on logits standardised per sample.
#include <ATen/core/Tensor.h>

#include "apprentice/losses/loss_rows.h"
#include "apprentice/losses/terms.h"

namespace apprentice::losses::rows {
namespace {

class StandardisedDecoupled final : public Loss {
 public:
  explicit StandardisedDecoupled(const LossKeys& keys) : weights_(keys) {}
  LossValue operator()(const StudentOutput& student, const Targets& targets) const override {
    const at::Tensor ce = cross_entropy(student.logits, targets);
    const at::Tensor own = standardise_rows(student.logits), given = standardise_rows(targets.teacher_logits);
    const at::Tensor soft = decoupled_kl(own, given, targets, weights_);
    return {mix(weights_.hard_weight, ce, 1.0, soft), {{"ce", ce.detach()}, {"lsdkd", soft.detach()}}};
  }

 private:
  LabelApartWeights weights_;
};

}  // namespace

std::unique_ptr<Loss> lsdkd(const LossKeys& keys) { return std::make_unique<StandardisedDecoupled>(keys); }

}  // namespace apprentice::losses::rows
