// SPDX-License-Identifier: Apache-2.0
// heteroscedastic: the teacher's value as a Gaussian around the student's, whose width is guessed for each sample from
// the student's last vector: samples on which the teacher cannot be followed count less.
#include <ATen/ATen.h>

#include "apprentice/losses/adapters.h"
#include "apprentice/losses/loss_rows.h"
#include "apprentice/losses/terms.h"

namespace apprentice::losses::rows {
namespace {

class Heteroscedastic final : public Loss {
 public:
  explicit Heteroscedastic(const LossKeys& keys) : weights_(keys) {}
  Status prepare(const LossSetting& setting, Adapters& adapters) override {
    weight_ = adapters.constant({1, setting.student.back()[0]}, 0.0);
    offset_ = adapters.constant({1}, 0.0);
    return {};
  }
  LossValue operator()(const StudentOutput& student, const Targets& targets) const override {
    constexpr double kMostLog = 10.0;  // a width from e^-5 to e^5 deviations of the target
    const at::Tensor log_variance = at::linear(student.features.back(), weight_, offset_).clamp(-kMostLog, kMostLog);
    const at::Tensor squares = (student.logits - targets.teacher_logits.detach()).square();
    const at::Tensor soft = (squares * (-log_variance).exp() + log_variance).mean() * 0.5;
    const at::Tensor hard = at::mse_loss(student.logits, targets.values);
    return {mix(weights_.hard, hard, weights_.soft, soft), {{"label", hard.detach()}, {"teacher", soft.detach()}}};
  }

 private:
  HardSoftWeights weights_;
  at::Tensor weight_, offset_;
};

}  // namespace

std::unique_ptr<Loss> heteroscedastic(const LossKeys& keys) { return std::make_unique<Heteroscedastic>(keys); }

}  // namespace apprentice::losses::rows
