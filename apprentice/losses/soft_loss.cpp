// SPDX-License-Identifier: Apache-2.0
#include "apprentice/losses/soft_loss.h"

#include <ATen/ATen.h>

#include "apprentice/losses/knobs.h"
#include "apprentice/losses/terms.h"

namespace apprentice {

SoftLoss::SoftLoss(Config& options, const char* name, const Knobs& defaults) : name_(name), knobs_(defaults) {
  read_temperature(options, knobs_.temperature);
  read_hard_soft(options, knobs_.hard_weight, knobs_.soft_weight);
}

LossValue SoftLoss::operator()(const StudentOutput& student, const Targets& targets) const {
  const at::Tensor ce = cross_entropy(student.logits, targets);
  const at::Tensor soft = term(student.logits, targets.teacher_logits.detach(), targets);
  return {mix(knobs_.hard_weight, ce, knobs_.soft_weight, soft), {{"ce", ce.detach()}, {name_, soft.detach()}}};
}

at::Tensor SoftLoss::scaled_mean(const at::Tensor& per_sample) const {
  return per_sample.mean() * (knobs_.temperature * knobs_.temperature);
}

}  // namespace apprentice
