// SPDX-License-Identifier: Apache-2.0
#include "apprentice/losses/soft_loss.h"

#include <ATen/ATen.h>

#include "apprentice/losses/terms.h"

namespace apprentice::losses {

SoftLoss::SoftLoss(const LossKeys& keys, const char* name) : name_(name), weights_(keys) {}

LossValue SoftLoss::operator()(const StudentOutput& student, const Targets& targets) const {
  const at::Tensor ce = cross_entropy(student.logits, targets);
  const at::Tensor soft = term(student.logits, targets.teacher_logits.detach(), targets);
  return {mix(weights_.hard, ce, weights_.soft, soft), {{"ce", ce.detach()}, {name_, soft.detach()}}};
}

at::Tensor SoftLoss::scaled_mean(const at::Tensor& per_sample) const {
  return per_sample.mean() * (weights_.temperature * weights_.temperature);
}

}  // namespace apprentice::losses
