// SPDX-License-Identifier: Apache-2.0
#include "apprentice/losses/feature_loss.h"

#include <ATen/ATen.h>

#include <algorithm>

#include "apprentice/losses/terms.h"

namespace apprentice::losses {

FeatureLoss::FeatureLoss(const LossKeys& keys, std::string name)
    : name_(std::move(name)), weights_(keys), feature_weight_(keys.number("feature_weight")) {}

LossValue FeatureLoss::operator()(const StudentOutput& student, const Targets& targets) const {
  const at::Tensor ce = cross_entropy(student.logits, targets);
  const at::Tensor features = term(student.features, targets);
  LossValue value{mix(weights_.hard, ce, feature_weight_, features), {{"ce", ce.detach()}}};
  if (weights_.soft > 0.0) {
    const at::Tensor soft = soft_kl(student.logits, targets.teacher_logits, weights_.temperature);
    value.total = value.total + soft * weights_.soft;
    value.parts.emplace_back("kd", soft.detach());
  }
  value.parts.emplace_back(name_, features.detach());
  return value;
}

MapPair same_size(const at::Tensor& student, const at::Tensor& teacher) {
  const int64_t height = std::min(student.size(2), teacher.size(2)), width = std::min(student.size(3), teacher.size(3));
  const auto fit = [&](const at::Tensor& maps) {
    const bool fits = maps.size(2) == height && maps.size(3) == width;
    return fits ? maps : at::adaptive_avg_pool2d(maps, {height, width});
  };
  return {fit(student), fit(teacher)};
}

at::Tensor sum_over_stages(const std::vector<at::Tensor>& student, const Targets& targets, const StageTerm& term) {
  at::Tensor sum = at::zeros({}, student.front().options());
  for (size_t i = 0; i < student.size(); ++i) sum = sum + term(same_size(student[i], targets.features[i]), i);
  return sum;
}

at::Tensor unit_rows(const at::Tensor& rows) {
  constexpr double kTiny = 1e-24;  // under the root: a row of zeros has a gradient, too
  return rows / (rows.square().sum(-1, true) + kTiny).sqrt();
}

at::Tensor normalise_batch(const at::Tensor& features, const at::Tensor& scale, const at::Tensor& offset) {
  constexpr double kMomentum = 0.1, kEpsilon = 1e-5;  // no running statistics are kept: adapters never ship
  return at::batch_norm(features, scale, offset, {}, {}, true, kMomentum, kEpsilon, false);
}

at::Tensor project(const at::Tensor& features, const at::Tensor& weight) {
  if (features.dim() == 2) return at::linear(features, weight);
  return at::conv2d(features, weight.view({weight.size(0), weight.size(1), 1, 1}));
}

}  // namespace apprentice::losses
