// SPDX-License-Identifier: Apache-2.0
// noise: white noise at a signal-to-noise ratio of the sample at hand, channel by channel.
#include <cmath>

#include "apprentice/views/augmentation_rows.h"

namespace apprentice::views::rows {
namespace {

// Standard deviation of a channel of one sample.
double strength_of(const float* values, int64_t count) {
  double sum = 0.0, squares = 0.0;
  for (int64_t i = 0; i < count; ++i) sum += static_cast<double>(values[i]);
  const double mean = sum / static_cast<double>(count);
  for (int64_t i = 0; i < count; ++i) {
    const double distance = static_cast<double>(values[i]) - mean;
    squares += distance * distance;
  }
  return std::sqrt(squares / static_cast<double>(count));
}

class Noise final : public Augmentation {
 public:
  Noise(Config& keys, const SampleFacts& facts) : facts_(facts) {
    keys.read_bounded("least_db", least_db_, -40.0, 120.0);
    keys.read_bounded("most_db", most_db_, -40.0, 120.0);
    if (least_db_ > most_db_) {
      keys.reject("least_db", fmt::format("'least_db' is {}, above 'most_db' {}", least_db_, most_db_));
    }
  }
  void apply(float* sample, Rng& rng) const override {
    const double ratio = std::pow(10.0, -rng.uniform(least_db_, most_db_) / 20.0);
    const int64_t size = facts_.channel_size();
    for (int64_t c = 0; c < facts_.channels(); ++c) {
      float* values = sample + c * size;
      const double strength = ratio * strength_of(values, size);
      for (int64_t i = 0; i < size; ++i) values[i] += static_cast<float>(strength * rng.normal());
    }
  }

 private:
  SampleFacts facts_;
  double least_db_ = 10.0, most_db_ = 30.0;
};

}  // namespace

const AugmentationKind noise = {
    "noise",
    "adds white noise at a signal-to-noise ratio drawn from `least_db` to `most_db`; least_db, most_db",
    "Zhang et al. 2017, Sensors 17(2) 425, section 4.3, as an augmentation",
    2,
    1.0,
    [](Config& keys, const SampleFacts& facts) -> Result<std::unique_ptr<Augmentation>> {
      return std::make_unique<Noise>(keys, facts);
    }};

}  // namespace apprentice::views::rows
