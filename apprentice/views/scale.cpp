// SPDX-License-Identifier: Apache-2.0
// scale: another gain of each channel, around the channel's mean.
#include "apprentice/views/augmentation_rows.h"

namespace apprentice::views::rows {
namespace {

class Scale final : public Augmentation {
 public:
  Scale(Config& keys, const SampleFacts& facts) : facts_(facts) {
    keys.read_bounded("deviation", deviation_, 0.0, 10.0);
    keys.read("per_channel", per_channel_);
  }
  void apply(float* sample, Rng& rng) const override {
    const int64_t size = facts_.channel_size();
    double gain = 1.0 + deviation_ * rng.normal();
    for (int64_t c = 0; c < facts_.channels(); ++c) {
      if (per_channel_ && c > 0) gain = 1.0 + deviation_ * rng.normal();
      const float mean = facts_.mean[static_cast<size_t>(c)], factor = static_cast<float>(gain);
      for (int64_t i = c * size; i < (c + 1) * size; ++i) sample[i] = mean + (sample[i] - mean) * factor;
    }
  }

 private:
  SampleFacts facts_;
  double deviation_ = 0.1;
  bool per_channel_ = true;
};

}  // namespace

const AugmentationKind scale = {
    "scale",
    "multiplies each channel, around its mean, by 1 plus `deviation` times a normal draw; deviation, per_channel",
    "Um et al. 2017 (arXiv 1706.00527)",
    1,
    1.0,
    [](Config& keys, const SampleFacts& facts) -> Result<std::unique_ptr<Augmentation>> {
      return std::make_unique<Scale>(keys, facts);
    }};

}  // namespace apprentice::views::rows
