// SPDX-License-Identifier: Apache-2.0
// jitter: white noise as strong as a share of what the channel usually varies.
#include "apprentice/views/augmentation_rows.h"

namespace apprentice::views::rows {
namespace {

class Jitter final : public Augmentation {
 public:
  Jitter(Config& keys, const SampleFacts& facts) : facts_(facts) {
    keys.read_bounded("deviation", deviation_, 0.0, 100.0);
  }
  void apply(float* sample, Rng& rng) const override {
    const int64_t size = facts_.channel_size();
    for (int64_t c = 0; c < facts_.channels(); ++c) {
      const double strength = deviation_ * static_cast<double>(facts_.deviation[static_cast<size_t>(c)]);
      for (int64_t i = c * size; i < (c + 1) * size; ++i) sample[i] += static_cast<float>(strength * rng.normal());
    }
  }

 private:
  SampleFacts facts_;
  double deviation_ = 0.05;
};

}  // namespace

const AugmentationKind jitter = {"jitter",
                                 "adds white noise of `deviation` times the channel's standard deviation; deviation",
                                 "Um et al. 2017 (arXiv 1706.00527)",
                                 1,
                                 1.0,
                                 [](Config& keys, const SampleFacts& facts) -> Result<std::unique_ptr<Augmentation>> {
                                   return std::make_unique<Jitter>(keys, facts);
                                 }};

}  // namespace apprentice::views::rows
