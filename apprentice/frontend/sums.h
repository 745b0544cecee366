// SPDX-License-Identifier: Apache-2.0
// Sums over a raw frame, and what the stages that read them share. Internal to frontend/.
#pragma once

#include <algorithm>
#include <cmath>

#include "apprentice/frontend/stage_rows.h"

namespace apprentice::frontend {

inline constexpr int64_t kLongestFrame = 32768;  // so that 2^18 * count * peak^2 fits 64 bits

// Of integers: exact but for a division and a root at the end.
struct Sums {
  int64_t count = 0, sum = 0, squares = 0, weighted = 0, last = 0, crossings = 0;
  int64_t low = 32767, high = -32768;

  explicit Sums(const std::vector<int32_t>& values) : count(static_cast<int64_t>(values.size())) {
    for (int64_t i = 0; i < count; ++i) {
      const int64_t x = values[static_cast<size_t>(i)];
      sum += x;
      squares += x * x;
      weighted += (2 * i - (count - 1)) * x;
      low = std::min(low, x);
      high = std::max(high, x);
      if (i > 0 && (x < 0) != (last < 0)) ++crossings;
      last = x;
    }
  }
  int64_t peak() const { return std::max(-low, high); }
  // Of count * x - sum, the largest magnitude.
  int64_t largest_rest() const { return std::max(count * high - sum, sum - count * low); }
  // count^2 times the variance.
  int64_t spread() const { return count * squares - sum * sum; }
};

inline int64_t floor_root(int64_t value) {
  auto root = static_cast<int64_t>(std::sqrt(static_cast<long double>(value)));
  while (root * root > value) --root;
  while ((root + 1) * (root + 1) <= value) ++root;
  return root;
}

// value / 2^shift, rounded; negative: to the left.
inline int64_t shifted(int64_t value, int shift) {
  return shift > 0 ? rounded_shift(value, shift) : value * (int64_t{1} << -shift);
}

}  // namespace apprentice::frontend
