// SPDX-License-Identifier: Apache-2.0
#include "apprentice/quant/multiplier.h"

#include <gtest/gtest.h>

#include <cmath>

#include "apprentice/base/random.h"

namespace apprentice {
namespace {

TEST(Multipliers, KeepThirtyOneBitsForTheLargestFactor) {
  Rng rng(1, "factors");
  for (int i = 0; i < 10000; ++i) {
    const double largest = std::exp2(rng.uniform(-31.0, 0.0));
    const quant::Multipliers m = quant::make_multipliers({largest, largest * rng.uniform(), largest * 1e-4});
    ASSERT_GE(m.shift, 30);
    ASSERT_LE(m.shift, 62);
    ASSERT_GE(m.values[0], 1 << 30);
    const double back = std::ldexp(m.values[0], -m.shift);
    ASSERT_NEAR(back, largest, largest * 0x1p-31);
    ASSERT_NEAR(std::ldexp(m.values[2], -m.shift), largest * 1e-4, std::exp2(-m.shift - 1) * 1.0001);
  }
}

TEST(Multipliers, HandleTheEnds) {
  const quant::Multipliers one = quant::make_multipliers({1.0});
  EXPECT_EQ(one.values[0], 1 << 30);
  EXPECT_EQ(one.shift, 30);
  const quant::Multipliers below =
      quant::make_multipliers({std::nextafter(1.0, 0.0)});  // rounds up to 2^31: one shift less
  EXPECT_EQ(below.values[0], 1 << 30);
  EXPECT_EQ(below.shift, 30);
  const quant::Multipliers tiny = quant::make_multipliers({0x1p-40, 0.0});
  EXPECT_EQ(tiny.shift, 62);
  EXPECT_EQ(tiny.values[0], 1 << 22);
  EXPECT_EQ(tiny.values[1], 0);
}

}  // namespace
}  // namespace apprentice
