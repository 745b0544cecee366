// SPDX-License-Identifier: Apache-2.0
// lskd: kd on logits standardised per sample, so that the student need not reach the teacher's magnitude.
#include <ATen/core/Tensor.h>

#include "apprentice/losses/loss_rows.h"
#include "apprentice/losses/soft_loss.h"
#include "apprentice/losses/terms.h"

namespace apprentice::losses::rows {
namespace {

class StandardisedDistillation final : public SoftLoss {
 public:
  explicit StandardisedDistillation(const LossKeys& keys) : SoftLoss(keys, "lskd") {}

 protected:
  at::Tensor term(const at::Tensor& logits, const at::Tensor& teacher, const Targets&) const override {
    return soft_kl(standardise_rows(logits), standardise_rows(teacher), temperature());
  }
};

}  // namespace

std::unique_ptr<Loss> lskd(const LossKeys& keys) { return std::make_unique<StandardisedDistillation>(keys); }

}  // namespace apprentice::losses::rows
