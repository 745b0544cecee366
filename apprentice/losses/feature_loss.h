// SPDX-License-Identifier: Apache-2.0
// FeatureLoss: hard_weight * ce + soft_weight * kd + feature_weight * a term of the features. What each feature loss
// adds is the term, and the adapters it needs.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "apprentice/losses/adapters.h"
#include "apprentice/losses/terms.h"

namespace apprentice::losses {

class FeatureLoss : public Loss {
 public:
  // `name` leads the progress line.
  FeatureLoss(const LossKeys& keys, std::string name);
  LossValue operator()(const StudentOutput& student, const Targets& targets) const final;

 protected:
  // Scalar. `targets.features` are the teacher's, paired with the student's; they have no gradient.
  virtual at::Tensor term(const std::vector<at::Tensor>& student, const Targets& targets) const = 0;

 private:
  std::string name_;
  HardSoftWeights weights_;
  double feature_weight_;
};

// Both maps at the smaller of their heights and widths, by adaptive average pooling (as Tian et al. 2020 and Zhao et
// al. 2022 do in their code).
struct MapPair {
  at::Tensor student, teacher;
};
MapPair same_size(const at::Tensor& student, const at::Tensor& teacher);

// The sum of a term over all paired stages, whose maps it gets at the same size.
using StageTerm = std::function<at::Tensor(const MapPair& maps, size_t stage)>;
at::Tensor sum_over_stages(const std::vector<at::Tensor>& student, const Targets& targets, const StageTerm& term);

// Rows divided by their length; a row of zeros stays one.
at::Tensor unit_rows(const at::Tensor& rows);

// Batch norm of maps or vectors by the batch's own mean and variance.
at::Tensor normalise_batch(const at::Tensor& features, const at::Tensor& scale, const at::Tensor& offset);

// 1x1 convolution of maps or a dense layer of vectors: `weight` is [outputs, inputs].
at::Tensor project(const at::Tensor& features, const at::Tensor& weight);

}  // namespace apprentice::losses
