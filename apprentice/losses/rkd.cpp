// SPDX-License-Identifier: Apache-2.0
// rkd: distances between samples and angles in triplets of samples shall be the teacher's, whatever the space.
#include <ATen/ATen.h>

#include <algorithm>

#include "apprentice/losses/feature_loss.h"
#include "apprentice/losses/loss_rows.h"

namespace apprentice::losses::rows {
namespace {

constexpr int64_t kMostSamples = 128;  // angles cost their cube

// |f_i - f_j| over the mean of those that are not zero.
at::Tensor distances(const at::Tensor& f) {
  constexpr double kLeastSquare = 1e-12;
  const at::Tensor squares = (f.unsqueeze(0) - f.unsqueeze(1)).square().sum(2);
  const at::Tensor apart = squares.detach().gt(0).to(f.scalar_type());
  const at::Tensor d = squares.clamp_min(kLeastSquare).sqrt() * apart;
  return d / (d.sum() / apart.sum().clamp_min(1.0)).clamp_min(kLeastSquare);
}

// cos of the angle at j, between i and k: [j, i, k].
at::Tensor angles(const at::Tensor& f) {
  const at::Tensor directions = unit_rows(f.unsqueeze(0) - f.unsqueeze(1));
  return at::bmm(directions, directions.transpose(1, 2));
}

class RelationalDistillation final : public FeatureLoss {
 public:
  explicit RelationalDistillation(const LossKeys& keys)
      : FeatureLoss(keys, "rkd"),
        distance_weight_(keys.number("distance_weight")),
        angle_weight_(keys.number("angle_weight")) {}

 protected:
  at::Tensor term(const std::vector<at::Tensor>& student, const Targets& targets) const override {
    const int64_t count = std::min(student.back().size(0), kMostSamples);
    const at::Tensor own = student.back().narrow(0, 0, count), given = targets.features.back().narrow(0, 0, count);
    return at::smooth_l1_loss(distances(own), distances(given)) * distance_weight_ +
           at::smooth_l1_loss(angles(own), angles(given)) * angle_weight_;
  }

 private:
  double distance_weight_, angle_weight_;
};

}  // namespace

std::unique_ptr<Loss> rkd(const LossKeys& keys) { return std::make_unique<RelationalDistillation>(keys); }

}  // namespace apprentice::losses::rows
