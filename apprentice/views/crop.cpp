// SPDX-License-Identifier: Apache-2.0
// crop: pads the image with the channel's mean and cuts the old size out anywhere.
#include <algorithm>

#include "apprentice/views/augmentation_rows.h"

namespace apprentice::views::rows {
namespace {

class Crop final : public Augmentation {
 public:
  Crop(Config& keys, const SampleFacts& facts) : facts_(facts) { keys.read_bounded("padding", padding_, 0, 1024); }
  void apply(float* sample, Rng& rng) const override {
    const auto draw = [&] {
      return static_cast<int64_t>(rng.below(static_cast<uint64_t>(2 * padding_ + 1))) - padding_;
    };
    const int64_t height = facts_.shape[1], width = facts_.shape[2], down = draw(), right = draw();
    std::vector<float> plane(static_cast<size_t>(height * width));
    for (int64_t c = 0; c < facts_.channels(); ++c) {
      float* pixels = sample + c * height * width;
      std::copy_n(pixels, height * width, plane.data());
      for (int64_t y = 0; y < height; ++y) {
        for (int64_t x = 0; x < width; ++x) {
          const int64_t from_y = y + down, from_x = x + right;
          const bool inside = from_y >= 0 && from_y < height && from_x >= 0 && from_x < width;
          pixels[y * width + x] =
              inside ? plane[static_cast<size_t>(from_y * width + from_x)] : facts_.mean[static_cast<size_t>(c)];
        }
      }
    }
  }

 private:
  SampleFacts facts_;
  int64_t padding_ = 4;
};

}  // namespace

const AugmentationKind crop = {
    "crop",
    "moves the image by up to `padding` pixels each way; the gap holds the channel's mean; padding",
    "He et al. 2016 (arXiv 1512.03385), section 4.2",
    3,
    1.0,
    [](Config& keys, const SampleFacts& facts) -> Result<std::unique_ptr<Augmentation>> {
      return std::make_unique<Crop>(keys, facts);
    }};

}  // namespace apprentice::views::rows
