// SPDX-License-Identifier: Apache-2.0
// Where float32 rounding may fall to the other side: rescaled values that lie almost halfway between two bytes.
#pragma once

#include <vector>

#include "apprentice/quant/quant_net.h"

namespace apprentice::test {

// Values of one sample, over all layers that rescale, whose distance to a half is below what float32 (a relative 2^-22)
// and the multiplier's own digits resolve. `tensors` is QuantNet::run_all's answer. Plain loops over float64.
int64_t near_ties(const quant::QuantNet& net, const std::vector<std::vector<int8_t>>& tensors);

}  // namespace apprentice::test
