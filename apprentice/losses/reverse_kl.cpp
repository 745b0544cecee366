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
  explicit ReverseDivergence(const LossKeys& keys) : SoftLoss(keys, "reverse_kl") {}

 protected:
  at::Tensor term(const at::Tensor& logits, const at::Tensor& teacher, const Targets&) const override {
    return scaled_mean(
        kl_rows(at::log_softmax(logits / temperature(), 1), at::log_softmax(teacher / temperature(), 1)));
  }
};

}  // namespace

std::unique_ptr<Loss> reverse_kl(const LossKeys& keys) { return std::make_unique<ReverseDivergence>(keys); }

}  // namespace apprentice::losses::rows
