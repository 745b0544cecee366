// SPDX-License-Identifier: Apache-2.0
// cutout: a rectangle of the image, anywhere (it may reach over the edge), shows the channel's mean.
#include <algorithm>
#include <cmath>

#include "apprentice/views/augmentation_rows.h"

namespace apprentice::views::rows {
namespace {

class Cutout final : public Augmentation {
 public:
  Cutout(Config& keys, const SampleFacts& facts) : facts_(facts) { keys.read_bounded("size", size_, 0.0, 1.0); }
  void apply(float* sample, Rng& rng) const override {
    const int64_t height = facts_.shape[1], width = facts_.shape[2];
    const auto [top, bottom] = draw(height, rng);
    const auto [left, right] = draw(width, rng);
    for (int64_t c = 0; c < facts_.channels(); ++c) {
      for (int64_t y = top; y < bottom; ++y) {
        float* row = sample + (c * height + y) * width;
        std::fill(row + left, row + std::max(left, right), facts_.mean[static_cast<size_t>(c)]);
      }
    }
  }

 private:
  // Where it begins and ends along an axis; its middle may be any pixel.
  std::pair<int64_t, int64_t> draw(int64_t length, Rng& rng) const {
    const int64_t side = std::llround(size_ * static_cast<double>(length));
    const int64_t first = static_cast<int64_t>(rng.below(static_cast<uint64_t>(length))) - side / 2;
    return {std::max<int64_t>(first, 0), std::min(first + side, length)};
  }

  SampleFacts facts_;
  double size_ = 0.25;
};

}  // namespace

const AugmentationKind cutout = {"cutout",
                                 "sets a rectangle of `size` times height and width to the channel's mean; size",
                                 "DeVries and Taylor 2017 (arXiv 1708.04552)",
                                 3,
                                 1.0,
                                 [](Config& keys, const SampleFacts& facts) -> Result<std::unique_ptr<Augmentation>> {
                                   return std::make_unique<Cutout>(keys, facts);
                                 }};

}  // namespace apprentice::views::rows
