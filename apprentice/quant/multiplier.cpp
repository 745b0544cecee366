// SPDX-License-Identifier: Apache-2.0
#include "apprentice/quant/multiplier.h"

#include <algorithm>
#include <cmath>

#include "apprentice/base/error.h"

namespace apprentice::quant {

Multipliers make_multipliers(const std::vector<double>& factors) {
  const double largest = *std::max_element(factors.begin(), factors.end());
  promise(std::isfinite(largest) && *std::min_element(factors.begin(), factors.end()) >= 0.0, "factors are positive");
  int exponent = 0;
  std::frexp(largest, &exponent);  // largest = m * 2^exponent, m in [0.5, 1)
  Multipliers result;
  result.shift = std::min(31 - exponent, 62);
  if (std::nearbyint(std::ldexp(largest, result.shift)) >= 0x1p31) --result.shift;
  promise(result.shift >= 1, "a rescaling factor is too large");
  for (double factor : factors) {
    result.values.push_back(static_cast<int32_t>(std::nearbyint(std::ldexp(factor, result.shift))));
  }
  return result;
}

}  // namespace apprentice::quant
