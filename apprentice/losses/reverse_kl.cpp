// SPDX-License-Identifier: Apache-2.0
// reverse_kl: KL(student || teacher): the student may leave classes out that it cannot cover, instead of blurring all.
#include <ATen/ATen.h>

#include "apprentice/losses/loss_rows.h"
#include "apprentice/losses/soft_loss.h"
#include "apprentice/losses/terms.h"

namespace apprentice::losses::rows {
namespace {

class ReverseDivergence final : public SoftLoss {
 public:
  explicit ReverseDivergence(Config& keys) : SoftLoss(keys, "reverse_kl", {1.0, 0.1, 0.9}) {}

 protected:
  at::Tensor term(const at::Tensor& logits, const at::Tensor& teacher, const Targets&) const override {
    return scaled_mean(
        kl_rows(at::log_softmax(logits / temperature(), 1), at::log_softmax(teacher / temperature(), 1)));
  }
};

}  // namespace

const LossKind reverse_kl = {"reverse_kl",
                             "KL from the student to the teacher",
                             "Agarwal et al. 2023 (arXiv 2306.13649), section 2, times T^2",
                             TaskKind::kClassification,
                             true,
                             make<ReverseDivergence>};

}  // namespace apprentice::losses::rows
