// SPDX-License-Identifier: Apache-2.0
// bernoulli_kl: every class is a yes or no of its own (sigmoid), as in multi-label teachers.
#include <ATen/ATen.h>

#include "apprentice/losses/loss_rows.h"
#include "apprentice/losses/terms.h"

namespace apprentice::losses::rows {
namespace {

class BernoulliDistillation final : public Loss {
 public:
  explicit BernoulliDistillation(const LossKeys& keys) : weights_(keys) {}
  LossValue operator()(const StudentOutput& student, const Targets& targets) const override {
    const at::Tensor& logits = student.logits;
    const auto error = [&](const at::Tensor& labels) {
      // -log sigmoid(z) for the label, -log(1 - sigmoid(z)) for the others; the two differ by z.
      return -at::log_sigmoid(-logits).sum(1) - at_label(logits, labels);
    };
    const at::Tensor hard = over_labels(targets, error).mean();
    const at::Tensor own = logits / weights_.temperature,
                     given = targets.teacher_logits.detach() / weights_.temperature;
    const at::Tensor divergence = kl_of(given, own) + kl_of(-given, -own);
    const at::Tensor soft = divergence.sum(1).mean() * (weights_.temperature * weights_.temperature);
    return {mix(weights_.hard, hard, weights_.soft, soft), {{"bce", hard.detach()}, {"bernoulli_kl", soft.detach()}}};
  }

 private:
  // The summand of one outcome: p_t (log p_t - log p_s).
  static at::Tensor kl_of(const at::Tensor& given, const at::Tensor& own) {
    return at::sigmoid(given) * (at::log_sigmoid(given) - at::log_sigmoid(own));
  }
  HardSoftWeights weights_;
};

}  // namespace

std::unique_ptr<Loss> bernoulli_kl(const LossKeys& keys) { return std::make_unique<BernoulliDistillation>(keys); }

}  // namespace apprentice::losses::rows
