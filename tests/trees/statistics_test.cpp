// SPDX-License-Identifier: Apache-2.0
#include "apprentice/trees/statistics.h"

#include <gtest/gtest.h>

#include <cmath>

namespace apprentice {
namespace {

TEST(Statistics, OfAVectorAreItsValues) {
  const Tensor rows = Tensor::from({2, 3}, {1, 2, 3, 4, 5, 6});
  EXPECT_EQ(trees::statistics_count({3}), 3);
  const Tensor out = trees::statistics_of(rows);
  EXPECT_EQ(out.shape(), (Shape{2, 3}));
  EXPECT_EQ(out.data<float>()[4], 5.0F);
}

TEST(Statistics, OfAWindowSumUpEachChannel) {
  const Tensor out = trees::statistics_of(Tensor::from({1, 2, 4}, {1, 3, 5, 7, 2, 2, 2, 2}));
  ASSERT_EQ(out.shape(), (Shape{1, 16}));
  const float ramp[] = {4.0F, std::sqrt(5.0F), 1.0F, 7.0F, 1.0F, 7.0F, 2.0F, 2.0F};
  const float flat[] = {2.0F, 0.0F, 2.0F, 2.0F, 2.0F, 2.0F, 0.0F, 0.0F};
  for (int i = 0; i < 8; ++i) {
    EXPECT_FLOAT_EQ(out.data<float>()[i], ramp[i]) << i;
    EXPECT_FLOAT_EQ(out.data<float>()[8 + i], flat[i]) << i;
  }
}

// A sine's power lies in the band of its frequency, and a hundredfold amplitude is 4 more in log10 of power.
TEST(Statistics, OfALongWindowTellWhereItsPowerLies) {
  constexpr int64_t kLength = 100;  // the last 64 rows: bins of 1/64, bands of two
  const int64_t width = trees::statistics_count({1, kLength});
  ASSERT_EQ(width, 8 + trees::kPowerBands);
  Tensor samples(DType::kF32, {2, 1, kLength});
  for (int64_t i = 0; i < kLength; ++i) {
    const double wave = std::sin(2.0 * 3.14159265358979 * 21.0 / 64.0 * static_cast<double>(i));
    samples.data<float>()[i] = static_cast<float>(wave);
    samples.data<float>()[kLength + i] = static_cast<float>(100.0 * wave);
  }
  const Tensor out = trees::statistics_of(samples);
  const float* bands = out.data<float>() + 8;
  EXPECT_EQ(std::max_element(bands, bands + trees::kPowerBands) - bands, 10);  // bins 21 and 22
  EXPECT_NEAR(out.data<float>()[width + 8 + 10] - bands[10], 4.0, 1e-4);
}

}  // namespace
}  // namespace apprentice
