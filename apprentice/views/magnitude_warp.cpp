// SPDX-License-Identifier: Apache-2.0
// magnitude_warp: a gain that drifts smoothly over the window, around the channel's mean.
#include "apprentice/views/augmentation_rows.h"
#include "apprentice/views/curve.h"
#include "apprentice/views/time_axis.h"

namespace apprentice::views::rows {
namespace {

class MagnitudeWarp final : public Augmentation {
 public:
  MagnitudeWarp(Config& keys, const SampleFacts& facts) : facts_(facts), axis_(keys, facts.shape) {
    keys.read_bounded("deviation", deviation_, 0.0, 10.0);
    keys.read_bounded("knots", knots_, 2, 100);
  }
  void apply(float* sample, Rng& rng) const override {
    std::vector<double> gains;
    for (int64_t l = 0, channel = -1; l < axis_.lines(); ++l) {
      if (axis_.channel(l) != channel) gains = draw(rng);
      channel = axis_.channel(l);
      const float mean = facts_.mean[static_cast<size_t>(channel)];
      float* values = sample + axis_.start(l);
      for (int64_t t = 0; t < axis_.length(); ++t) {
        float& value = values[t * axis_.stride()];
        value = mean + (value - mean) * static_cast<float>(gains[static_cast<size_t>(t)]);
      }
    }
  }

 private:
  std::vector<double> draw(Rng& rng) const {
    std::vector<double> knots(static_cast<size_t>(knots_));
    for (double& knot : knots) knot = 1.0 + deviation_ * rng.normal();
    return smooth_curve(knots, axis_.length());
  }

  SampleFacts facts_;
  TimeAxis axis_;
  double deviation_ = 0.1;
  int64_t knots_ = 4;
};

}  // namespace

const AugmentationKind magnitude_warp = {
    "magnitude_warp",
    "multiplies each channel, around its mean, by a smooth curve around 1 through `knots` points; deviation, knots, "
    "axis",
    "Um et al. 2017 (arXiv 1706.00527)",
    2,
    1.0,
    [](Config& keys, const SampleFacts& facts) -> Result<std::unique_ptr<Augmentation>> {
      return std::make_unique<MagnitudeWarp>(keys, facts);
    }};

}  // namespace apprentice::views::rows
