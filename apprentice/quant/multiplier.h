// SPDX-License-Identifier: Apache-2.0
// Real rescaling factors as integers: one shift for a layer, one multiplier per factor (docs/formats/int8.md).
#pragma once

#include <cstdint>
#include <vector>

namespace apprentice::quant {

struct Multipliers {
  std::vector<int32_t> values;  // round(factor * 2^shift), in [0, 2^31)
  int shift = 0;                // 1..62; the largest value is in [2^30, 2^31) unless the shift would leave that range
};
// Factors are finite, at least 0, and below 2^29.
Multipliers make_multipliers(const std::vector<double>& factors);

}  // namespace apprentice::quant
