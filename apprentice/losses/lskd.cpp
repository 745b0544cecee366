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
  explicit StandardisedDistillation(Config& keys) : SoftLoss(keys, "lskd", {2.0, 0.1, 9.0}) {}

 protected:
  at::Tensor term(const at::Tensor& logits, const at::Tensor& teacher, const Targets&) const override {
    return soft_kl(standardise_rows(logits), standardise_rows(teacher), temperature());
  }
};

}  // namespace

const LossKind lskd = {"lskd",
                       "kd on logits standardised per sample",
                       "Sun et al. 2024 (arXiv 2403.01427), logit standardisation",
                       TaskKind::kClassification,
                       true,
                       make<StandardisedDistillation>};

}  // namespace apprentice::losses::rows
