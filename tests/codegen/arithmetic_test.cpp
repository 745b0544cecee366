// SPDX-License-Identifier: Apache-2.0
// The runtime's arithmetic against the reference's, over every shift and near every tie.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "apprentice/base/random.h"
#include "apprentice/layers/requantize.h"
#include "apprentice/quant/quant_net.h"
#include "apprentice_elementwise.h"

namespace apprentice {
namespace {

TEST(Requantize, EqualsTheReferenceForEveryShift) {
  Rng rng(3, "requantize");
  for (int shift = 1; shift <= 62; ++shift) {
    for (int i = 0; i < 4000; ++i) {
      layers::QuantLayer layer;
      layer.shift = shift;
      layer.activation_min = -128 + static_cast<int32_t>(rng.below(100));
      layer.activation_max = 127 - static_cast<int32_t>(rng.below(100));
      layer.multipliers = {static_cast<int32_t>(rng.next() >> 33)};
      const auto zero_point = static_cast<int32_t>(rng.below(256)) - 128;
      // Of every size, so that results also land inside the clamp.
      const auto sum = static_cast<int32_t>(static_cast<int64_t>(rng.next()) >> (32 + rng.below(31)));
      const apprentice_output to = {zero_point, shift, layer.activation_min, layer.activation_max};
      ASSERT_EQ(apprentice_requantize(sum, layer.multipliers[0], to), layers::requantize(sum, layer, 0, zero_point))
          << sum << " * " << layer.multipliers[0] << " >> " << shift;
    }
  }
}

TEST(Requantize, RoundsTiesTowardPlusInfinity) {
  for (int shift = 31; shift <= 50; ++shift) {
    const apprentice_output to = {3, shift, -128, 127};
    // sum * 2^30 >> shift lies exactly between two integers for odd sums of half steps.
    for (int32_t half = -21; half <= 21; half += 2) {
      const int64_t sum = half * (int64_t{1} << (shift - 31));
      if (std::abs(sum) > std::numeric_limits<int32_t>::max()) continue;
      const int32_t up = (half + 1) / 2;  // half is odd, so this is exact
      EXPECT_EQ(apprentice_requantize(static_cast<int32_t>(sum), 1 << 30, to), up + 3) << half << " half steps";
    }
  }
}

TEST(Mean, EqualsTheReferenceForEverySumOfAWindow) {
  for (int32_t count = 1; count <= 33; ++count) {
    for (int32_t sum = -255 * count; sum <= 255 * count; ++sum) {
      ASSERT_EQ(apprentice_mean(sum, count), layers::mean_half_to_even(sum, count)) << sum << " / " << count;
    }
  }
}

TEST(QuantizeInput, EqualsTheReferenceForEveryKindOfFloat) {
  quant::QuantNet net;
  Rng rng(5, "floats");
  std::vector<float> values = {0.0F,
                               -0.0F,
                               0.5F,
                               1.5F,
                               -0.5F,
                               -2.5F,
                               127.5F,
                               -128.5F,
                               1e-42F,
                               3e38F,
                               -3e38F,
                               std::numeric_limits<float>::infinity(),
                               -std::numeric_limits<float>::infinity(),
                               std::numeric_limits<float>::quiet_NaN()};
  for (int i = 0; i < 20000; ++i) values.push_back(static_cast<float>(rng.uniform(-300.0, 300.0)));
  for (int i = -600; i <= 600; ++i) values.push_back(static_cast<float>(i) / 2.0F);
  for (const int32_t zero_point : {-128, -7, 0, 127}) {
    for (const float factor : {1.0F, 0.73F, 41.5F}) {
      net.input.mean = {factor == 1.0F ? 0.0F : 0.31F};
      net.input.factor = {factor};
      net.input.zero_point = zero_point;
      net.tensors.assign(1, {});
      for (const float value : values) {
        int8_t expected = 0;
        net.quantize_input(&value, &expected);
        ASSERT_EQ(apprentice_quantize(value, net.input.mean[0], factor, zero_point), expected) << value;
      }
    }
  }
}

}  // namespace
}  // namespace apprentice
