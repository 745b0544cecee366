// SPDX-License-Identifier: Apache-2.0
// mixup: a weighted mean with another training sample; Views does the mixing, here is the share.
#include <cmath>

#include "apprentice/views/augmentation_rows.h"

namespace apprentice::views::rows {
namespace {

class Mixup final : public Augmentation {
 public:
  explicit Mixup(Config& keys) { keys.read_bounded("beta", beta_, 0.05, 2.0); }
  void apply(float*, Rng&) const override {}
  // From the beta distribution with both parameters `beta`, by Johnk 1964.
  double draw_share(Rng& rng) const override {
    for (;;) {
      const double x = std::pow(rng.uniform(), 1.0 / beta_), y = std::pow(rng.uniform(), 1.0 / beta_);
      if (x + y > 0.0 && x + y <= 1.0) return x / (x + y);
    }
  }

 private:
  double beta_ = 1.0;
};

}  // namespace

const AugmentationKind mixup = {
    "mixup",
    "the weighted mean with another training sample; labels are mixed by the same share, which is beta distributed; "
    "beta",
    "Zhang et al. 2018 (arXiv 1710.09412), eq. 1",
    1,
    1.0,
    [](Config& keys, const SampleFacts&) -> Result<std::unique_ptr<Augmentation>> {
      return std::make_unique<Mixup>(keys);
    }};

}  // namespace apprentice::views::rows
