// SPDX-License-Identifier: Apache-2.0
// shift: the same sample, caught a little earlier or later.
#include <algorithm>

#include "apprentice/views/augmentation_rows.h"
#include "apprentice/views/time_axis.h"

namespace apprentice::views::rows {
namespace {

class Shift final : public Augmentation {
 public:
  Shift(Config& keys, const SampleFacts& facts) : axis_(keys, facts.shape) {
    keys.read_bounded("most", most_, 0.0, 1.0);
    keys.read_choice("fill", fill_, {"edge", "wrap"});
  }
  void apply(float* sample, Rng& rng) const override {
    const auto most = static_cast<int64_t>(most_ * static_cast<double>(axis_.length()));
    const int64_t steps = static_cast<int64_t>(rng.below(static_cast<uint64_t>(2 * most + 1))) - most;
    std::vector<float> line(static_cast<size_t>(axis_.length()));
    for (int64_t l = 0; l < axis_.lines(); ++l) {
      float* values = sample + axis_.start(l);
      for (int64_t t = 0; t < axis_.length(); ++t) line[static_cast<size_t>(t)] = values[t * axis_.stride()];
      for (int64_t t = 0; t < axis_.length(); ++t) values[t * axis_.stride()] = line[source(t - steps)];
    }
  }

 private:
  size_t source(int64_t at) const {
    const int64_t length = axis_.length();
    if (fill_ == "wrap") return static_cast<size_t>((at % length + length) % length);
    return static_cast<size_t>(std::clamp<int64_t>(at, 0, length - 1));
  }

  TimeAxis axis_;
  double most_ = 0.1;
  std::string fill_ = "edge";
};

}  // namespace

const AugmentationKind shift = {"shift",
                                "moves the window in time, by up to `most` of its length; the gap holds the edge's "
                                "value, or what left at the other end; most, fill, axis",
                                "Um et al. 2017 (arXiv 1706.00527)",
                                2,
                                1.0,
                                [](Config& keys, const SampleFacts& facts) -> Result<std::unique_ptr<Augmentation>> {
                                  return std::make_unique<Shift>(keys, facts);
                                }};

}  // namespace apprentice::views::rows
