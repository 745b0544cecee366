// SPDX-License-Identifier: Apache-2.0
#include "apprentice/base/tensor.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <limits>

#include "apprentice/base/error.h"

namespace apprentice {
namespace {

TEST(Tensor, CountsElementsAndRefusesOverflow) {
  EXPECT_EQ(element_count({}), 1);
  EXPECT_EQ(element_count({2, 0, 3}), 0);
  EXPECT_EQ(checked_element_count({int64_t{1} << 32, int64_t{1} << 32}), -1);
  EXPECT_EQ(checked_element_count({-1}), -1);
  EXPECT_EQ(to_string(Shape{1, 3, 32}), "[1, 3, 32]");
}

TEST(Tensor, RefusesAccessAsAnotherType) {
  Tensor tensor(DType::kF32, {2});
  EXPECT_THROW(tensor.data<int8_t>(), BrokenPromise);
  EXPECT_THROW(tensor.reshape({3}), BrokenPromise);
}

TEST(Tensor, ConvertsHalfAndBfloat) {
  // IEEE 754 binary16: 1.0, -2.0, the least subnormal 2^-24, infinity; NaN.
  const uint16_t halves[] = {0x3C00, 0xC000, 0x0001, 0x7C00, 0x7E00};
  Tensor half(DType::kF16, {5});
  std::memcpy(half.bytes(), halves, sizeof halves);
  const Tensor converted = half.to_f32();
  const float* value = converted.data<float>();
  EXPECT_EQ(value[0], 1.0F);
  EXPECT_EQ(value[1], -2.0F);
  EXPECT_EQ(value[2], std::ldexp(1.0F, -24));
  EXPECT_EQ(value[3], std::numeric_limits<float>::infinity());
  EXPECT_TRUE(std::isnan(value[4]));

  const uint16_t brains[] = {0x3F80, 0xC040};
  Tensor brain(DType::kBF16, {2});
  std::memcpy(brain.bytes(), brains, sizeof brains);
  EXPECT_EQ(brain.to_f32().data<float>()[0], 1.0F);
  EXPECT_EQ(brain.to_f32().data<float>()[1], -3.0F);
}

TEST(Tensor, ConvertsIntegers) {
  Tensor tensor(DType::kI64, {2});
  tensor.data<int64_t>()[0] = -5;
  tensor.data<int64_t>()[1] = 1 << 20;
  const Tensor converted = tensor.to_f32();
  EXPECT_EQ(converted.data<float>()[0], -5.0F);
  EXPECT_EQ(converted.data<float>()[1], 1048576.0F);
}

}  // namespace
}  // namespace apprentice
