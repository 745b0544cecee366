// SPDX-License-Identifier: Apache-2.0
// log2 as every stage computes it. Internal to frontend/.
#pragma once

#include <array>
#include <cstdint>

#include "apprentice/frontend/stage_rows.h"

namespace apprentice::frontend {

// round(2^15 log2(1 + i / 32))
extern const std::array<int64_t, 33> kLog2Points;

// log2 of value > 0 in units of 2^-15, along straight lines between 32 points of each octave; of the 22 highest bits.
inline int64_t log2_fixed(int64_t value) {
  const int octave = highest_bit(static_cast<uint64_t>(value));
  // The next 5 bits choose the line, 16 more the place on it.
  const int64_t bits = octave >= 21 ? value >> (octave - 21) : value << (21 - octave);
  const int64_t* const line = &kLog2Points[static_cast<size_t>((bits >> 16) & 31)];
  return octave * int64_t{32768} + line[0] + (((line[1] - line[0]) * (bits & 0xFFFF) + 32768) >> 16);
}

}  // namespace apprentice::frontend
