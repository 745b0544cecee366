// SPDX-License-Identifier: Apache-2.0
// flip: the image in a mirror, left to right; applied to every second view by default.
#include <algorithm>

#include "apprentice/views/augmentation_rows.h"

namespace apprentice::views::rows {
namespace {

class Flip final : public Augmentation {
 public:
  explicit Flip(const SampleFacts& facts) : facts_(facts) {}
  void apply(float* sample, Rng&) const override {
    const int64_t width = facts_.shape[2], rows = facts_.channels() * facts_.shape[1];
    for (int64_t row = 0; row < rows; ++row) std::reverse(sample + row * width, sample + (row + 1) * width);
  }

 private:
  SampleFacts facts_;
};

}  // namespace

const AugmentationKind flip = {"flip",
                               "mirrors the image, left to right",
                               "He et al. 2016 (arXiv 1512.03385), section 4.2",
                               3,
                               0.5,
                               [](Config&, const SampleFacts& facts) -> Result<std::unique_ptr<Augmentation>> {
                                 return std::make_unique<Flip>(facts);
                               }};

}  // namespace apprentice::views::rows
