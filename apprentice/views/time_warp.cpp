// SPDX-License-Identifier: Apache-2.0
// time_warp: time runs faster here and slower there; both ends stay where they are, all channels go together.
#include <algorithm>

#include "apprentice/views/augmentation_rows.h"
#include "apprentice/views/curve.h"
#include "apprentice/views/time_axis.h"

namespace apprentice::views::rows {
namespace {

class TimeWarp final : public Augmentation {
 public:
  TimeWarp(Config& keys, const SampleFacts& facts) : axis_(keys, facts.shape) {
    keys.read_bounded("deviation", deviation_, 0.0, 1.0);
    keys.read_bounded("knots", knots_, 2, 100);
  }
  void apply(float* sample, Rng& rng) const override {
    const std::vector<double> times = draw(rng);
    const int64_t last = axis_.length() - 1;
    std::vector<float> line(times.size());
    for (int64_t l = 0; l < axis_.lines(); ++l) {
      float* values = sample + axis_.start(l);
      for (int64_t t = 0; t <= last; ++t) line[static_cast<size_t>(t)] = values[t * axis_.stride()];
      for (int64_t t = 0; t <= last; ++t) {
        const double at = times[static_cast<size_t>(t)];
        const auto i = static_cast<size_t>(at), next = std::min(i + 1, line.size() - 1);
        const auto part = static_cast<float>(at - static_cast<double>(i));
        values[t * axis_.stride()] = line[i] + (line[next] - line[i]) * part;
      }
    }
  }

 private:
  // Where each step looks: the running sum of a positive speed, stretched to the window.
  std::vector<double> draw(Rng& rng) const {
    constexpr double kSlowest = 0.1;
    std::vector<double> knots(static_cast<size_t>(knots_));
    for (double& knot : knots) knot = 1.0 + deviation_ * rng.normal();
    std::vector<double> times = smooth_curve(knots, axis_.length());
    double sum = 0.0;
    for (size_t t = 0; t < times.size(); ++t) {
      const double speed = std::max(times[t], kSlowest);
      times[t] = sum;
      if (t + 1 < times.size()) sum += speed;
    }
    const double last = static_cast<double>(axis_.length() - 1);
    for (double& time : times) time = sum > 0.0 ? std::min(time / sum, 1.0) * last : 0.0;
    return times;
  }

  TimeAxis axis_;
  double deviation_ = 0.2;
  int64_t knots_ = 4;
};

}  // namespace

const AugmentationKind time_warp = {
    "time_warp",
    "stretches and squeezes time smoothly, at a speed around 1 through `knots` points; deviation, knots, axis",
    "Um et al. 2017 (arXiv 1706.00527)",
    2,
    1.0,
    [](Config& keys, const SampleFacts& facts) -> Result<std::unique_ptr<Augmentation>> {
      return std::make_unique<TimeWarp>(keys, facts);
    }};

}  // namespace apprentice::views::rows
