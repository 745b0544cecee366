// SPDX-License-Identifier: Apache-2.0
// jsd: the generalised Jensen-Shannon divergence, between kd (beta near 0) and reverse_kl (beta near 1).
#include <ATen/ATen.h>

#include <cmath>

#include "apprentice/losses/knobs.h"
#include "apprentice/losses/rows.h"
#include "apprentice/losses/terms.h"

namespace apprentice::loss_rows {
namespace {

class JensenShannon final : public Loss {
 public:
  explicit JensenShannon(Config& options) {
    read_temperature(options, temperature_);
    read_bounded(options, "beta", 0.01, 0.99, beta_);
    read_hard_soft(options, hard_weight_, soft_weight_);
  }
  LossValue operator()(const StudentOutput& student, const Targets& targets) const override {
    const at::Tensor ce = cross_entropy(student.logits, targets);
    const at::Tensor own = at::log_softmax(student.logits / temperature_, 1);
    const at::Tensor given = at::log_softmax(targets.teacher_logits.detach() / temperature_, 1);
    const at::Tensor middle = at::logaddexp(own + std::log(1.0 - beta_), given + std::log(beta_));
    const at::Tensor divergence = kl_rows(given, middle) * beta_ + kl_rows(own, middle) * (1.0 - beta_);
    const at::Tensor soft = divergence.mean() * (temperature_ * temperature_);
    return {mix(hard_weight_, ce, soft_weight_, soft), {{"ce", ce.detach()}, {"jsd", soft.detach()}}};
  }
  bool needs_teacher() const override { return true; }

 private:
  double temperature_ = 1.0, beta_ = 0.5, hard_weight_ = 0.1, soft_weight_ = 0.9;
};

}  // namespace

const LossKind jsd = {
    "jsd",
    "generalised Jensen-Shannon divergence to the teacher; T, beta, hard_weight, soft_weight",
    "Agarwal et al. 2023 (arXiv 2306.13649), generalised JSD, times T^2",
    TaskKind::kClassification,
    true,
    [](Config& options) -> Result<std::unique_ptr<Loss>> { return std::make_unique<JensenShannon>(options); }};

}  // namespace apprentice::loss_rows
