// SPDX-License-Identifier: Apache-2.0
// jsd: the generalised Jensen-Shannon divergence, between kd (beta near 0) and reverse_kl (beta near 1).
#include <ATen/ATen.h>

#include <cmath>

#include "apprentice/losses/loss_rows.h"
#include "apprentice/losses/soft_loss.h"
#include "apprentice/losses/terms.h"

namespace apprentice::losses::rows {
namespace {

class JensenShannon final : public SoftLoss {
 public:
  explicit JensenShannon(const LossKeys& keys) : SoftLoss(keys, "jsd"), beta_(keys.number("beta")) {}

 protected:
  at::Tensor term(const at::Tensor& logits, const at::Tensor& teacher, const Targets&) const override {
    const at::Tensor own = at::log_softmax(logits / temperature(), 1);
    const at::Tensor given = at::log_softmax(teacher / temperature(), 1);
    const at::Tensor middle = at::logaddexp(own + std::log(1.0 - beta_), given + std::log(beta_));
    return scaled_mean(kl_rows(given, middle) * beta_ + kl_rows(own, middle) * (1.0 - beta_));
  }

 private:
  double beta_;
};

}  // namespace

std::unique_ptr<Loss> jsd(const LossKeys& keys) { return std::make_unique<JensenShannon>(keys); }

}  // namespace apprentice::losses::rows
