// SPDX-License-Identifier: Apache-2.0
// bernoulli_kl: every class is a yes or no of its own (sigmoid), as in multi-label teachers.
#include <ATen/ATen.h>

#include "apprentice/losses/loss_keys.h"
#include "apprentice/losses/loss_rows.h"
#include "apprentice/losses/terms.h"

namespace apprentice::losses::rows {
namespace {

class BernoulliDistillation final : public Loss {
 public:
  explicit BernoulliDistillation(Config& keys) {
    read_temperature(keys, temperature_);
    read_hard_soft(keys, hard_weight_, soft_weight_);
  }
  LossValue operator()(const StudentOutput& student, const Targets& targets) const override {
    const at::Tensor& logits = student.logits;
    const auto error = [&](const at::Tensor& labels) {
      // -log sigmoid(z) for the label, -log(1 - sigmoid(z)) for the others; the two differ by z.
      return -at::log_sigmoid(-logits).sum(1) - at_label(logits, labels);
    };
    const at::Tensor hard = over_labels(targets, error).mean();
    const at::Tensor own = logits / temperature_, given = targets.teacher_logits.detach() / temperature_;
    const at::Tensor divergence = kl_of(given, own) + kl_of(-given, -own);
    const at::Tensor soft = divergence.sum(1).mean() * (temperature_ * temperature_);
    return {mix(hard_weight_, hard, soft_weight_, soft), {{"bce", hard.detach()}, {"bernoulli_kl", soft.detach()}}};
  }

 private:
  // The summand of one outcome: p_t (log p_t - log p_s).
  static at::Tensor kl_of(const at::Tensor& given, const at::Tensor& own) {
    return at::sigmoid(given) * (at::log_sigmoid(given) - at::log_sigmoid(own));
  }
  double temperature_ = 1.0, hard_weight_ = 0.1, soft_weight_ = 0.9;
};

}  // namespace

const LossKind bernoulli_kl = {"bernoulli_kl",
                               "every class a yes or no of its own, by sigmoid",
                               "Hinton, Vinyals, Dean 2015 (arXiv 1503.02531), section 2, for Bernoulli variables",
                               TaskKind::kClassification,
                               true,
                               make<BernoulliDistillation>};

}  // namespace apprentice::losses::rows
