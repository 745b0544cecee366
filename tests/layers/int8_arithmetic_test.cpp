// SPDX-License-Identifier: Apache-2.0
// The integer arithmetic against 128-bit arithmetic and against the float layers.
#include <gtest/gtest.h>

#include <cmath>

#include "apprentice/base/random.h"
#include "apprentice/layers/requantize.h"

namespace apprentice {
namespace {

using Wide = __int128;

// floor(value * multiplier / 2^shift + 1/2), the definition, without any step that could overflow.
int64_t rounded_by_definition(int64_t value, int64_t multiplier, int shift) {
  const Wide doubled = 2 * static_cast<Wide>(value) * multiplier + (static_cast<Wide>(1) << shift);
  const Wide divisor = static_cast<Wide>(1) << (shift + 1);
  Wide quotient = doubled / divisor;
  if (doubled % divisor < 0) --quotient;
  return static_cast<int64_t>(quotient);
}

TEST(Int8Arithmetic, SingleRoundingEqualsItsDefinitionIn128Bits) {
  Rng rng(1, "rounding");
  const int64_t edges[] = {INT32_MIN, INT32_MIN + 1, -1, 0, 1, INT32_MAX};
  for (int i = 0; i < 200000; ++i) {
    const int64_t value = i % 10 == 0 ? edges[rng.below(6)] : static_cast<int32_t>(rng.next() >> rng.below(32));
    const int64_t multiplier = i % 7 == 0 ? INT32_MAX : static_cast<int64_t>(rng.below(uint64_t{1} << 31));
    const int shift = 1 + static_cast<int>(rng.below(62));
    ASSERT_EQ(layers::rounded_shift(value * multiplier, shift), rounded_by_definition(value, multiplier, shift))
        << value << " " << multiplier << " " << shift;
  }
}

TEST(Int8Arithmetic, TiesGoTowardPlusInfinity) {
  EXPECT_EQ(layers::rounded_shift(3, 1), 2);    // 1.5
  EXPECT_EQ(layers::rounded_shift(-3, 1), -1);  // -1.5
  EXPECT_EQ(layers::rounded_shift(-1, 1), 0);   // -0.5
  EXPECT_EQ(layers::rounded_shift(-5, 2), -1);  // -1.25
}

TEST(Int8Arithmetic, MeansRoundHalfToEven) {
  Rng rng(2, "mean");
  for (int i = 0; i < 100000; ++i) {
    const int64_t count = 1 + static_cast<int64_t>(rng.below(64));
    const int64_t sum = static_cast<int64_t>(rng.below(static_cast<uint64_t>(511 * count))) - 255 * count;
    const double exact = static_cast<double>(sum) / static_cast<double>(count);  // ties are exact: their half is binary
    ASSERT_EQ(layers::mean_half_to_even(sum, count), static_cast<int64_t>(std::nearbyint(exact)))
        << sum << "/" << count;
  }
}

}  // namespace
}  // namespace apprentice
