// SPDX-License-Identifier: Apache-2.0
// log2 as every stage computes it. Internal to frontend/.
#pragma once

#include <cstdint>

namespace apprentice::frontend {

// log2 of value > 0 in units of 2^-15, along straight lines between 32 points of each octave; of the 22 highest bits.
int64_t log2_fixed(int64_t value);

}  // namespace apprentice::frontend
