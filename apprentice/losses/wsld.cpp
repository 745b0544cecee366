// SPDX-License-Identifier: Apache-2.0
// wsld: soft labels count less where the student already knows the label better than the teacher.
#include <ATen/ATen.h>

#include "apprentice/losses/loss_rows.h"
#include "apprentice/losses/soft_loss.h"
#include "apprentice/losses/terms.h"

namespace apprentice::losses::rows {
namespace {

class WeightedSoftLabels final : public SoftLoss {
 public:
  explicit WeightedSoftLabels(const LossKeys& keys) : SoftLoss(keys, "wsld") {}

 protected:
  at::Tensor term(const at::Tensor& logits, const at::Tensor& teacher, const Targets& targets) const override {
    const at::Tensor weights = 1.0 - (-error(logits.detach(), targets) / (error(teacher, targets) + kTiny)).exp();
    const at::Tensor shares = at::softmax(teacher / temperature(), 1);
    const at::Tensor soft_ce = -(shares * at::log_softmax(logits / temperature(), 1)).sum(1);
    return scaled_mean(weights * soft_ce);
  }

 private:
  static constexpr double kTiny = 1e-7;  // a teacher without any error gives weight 1
  static at::Tensor error(const at::Tensor& logits, const Targets& targets) {
    const at::Tensor log_probabilities = at::log_softmax(logits, 1);
    return -over_labels(targets, [&](const at::Tensor& y) { return at_label(log_probabilities, y); });
  }
};

}  // namespace

std::unique_ptr<Loss> wsld(const LossKeys& keys) { return std::make_unique<WeightedSoftLabels>(keys); }

}  // namespace apprentice::losses::rows
