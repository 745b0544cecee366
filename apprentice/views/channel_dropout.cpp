// SPDX-License-Identifier: Apache-2.0
// channel_dropout: some sensors fail and show their mean; one at least stays.
#include <algorithm>

#include "apprentice/views/augmentation_rows.h"

namespace apprentice::views::rows {
namespace {

class ChannelDropout final : public Augmentation {
 public:
  ChannelDropout(Config& keys, const SampleFacts& facts) : facts_(facts) {
    keys.read_bounded("share", share_, 0.0, 1.0);
  }
  void apply(float* sample, Rng& rng) const override {
    const int64_t size = facts_.channel_size(), channels = facts_.channels();
    const auto kept = static_cast<int64_t>(rng.below(static_cast<uint64_t>(channels)));
    for (int64_t c = 0; c < channels; ++c) {
      if (rng.uniform() >= share_ || c == kept) continue;
      std::fill_n(sample + c * size, size, facts_.mean[static_cast<size_t>(c)]);
    }
  }

 private:
  SampleFacts facts_;
  double share_ = 0.1;
};

}  // namespace

const AugmentationKind channel_dropout = {
    "channel_dropout",
    "sets each channel to its mean with probability `share`; one at least stays; share",
    "Tompson et al. 2015 (arXiv 1411.4280), spatial dropout, on the input",
    1,
    1.0,
    [](Config& keys, const SampleFacts& facts) -> Result<std::unique_ptr<Augmentation>> {
      return std::make_unique<ChannelDropout>(keys, facts);
    }};

}  // namespace apprentice::views::rows
