// SPDX-License-Identifier: Apache-2.0
// The integer arithmetic that every int8 layer shares: docs/formats/int8.md.
#pragma once

#include <algorithm>
#include <cstdint>

#include "apprentice/layers/quant_layer.h"

namespace apprentice::layers {

// (value * multiplier + 2^(shift-1)) >> shift: one rounding, ties toward +infinity. |value| < 2^32, 0 <= multiplier
// < 2^31 and 1 <= shift <= 62 keep every step inside int64. The right shift of a negative number is arithmetic on
// every compiler we support (and by the standard from C++20 on).
inline int64_t rounded_shift(int64_t product, int shift) { return (product + (int64_t{1} << (shift - 1))) >> shift; }

inline int8_t clamp_int8(int64_t value, int32_t least, int32_t most) {
  return static_cast<int8_t>(std::min<int64_t>(std::max<int64_t>(value, least), most));
}

// An accumulator of output channel `channel` to its int8 value.
inline int8_t requantize(int64_t accumulator, const QuantLayer& layer, size_t channel, int32_t zero_point) {
  const int64_t value = rounded_shift(accumulator * layer.multipliers[channel], layer.shift) + zero_point;
  return clamp_int8(value, layer.activation_min, layer.activation_max);
}

// sum / count (count > 0), rounded to nearest, ties to even: what ONNX Runtime's average pools do.
inline int64_t mean_half_to_even(int64_t sum, int64_t count) {
  int64_t quotient = sum / count;
  int64_t rest = sum % count;
  if (rest < 0) {
    rest += count;
    --quotient;
  }
  const bool up = 2 * rest > count || (2 * rest == count && quotient % 2 != 0);
  return quotient + (up ? 1 : 0);
}

}  // namespace apprentice::layers
