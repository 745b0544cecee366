// SPDX-License-Identifier: Apache-2.0
// The FFT of int16 pairs that docs/formats/frontend.md defines, in plain loops: the judge of runtime/apprentice_fft.h.
// Internal to frontend/.
#pragma once

#include <cstdint>
#include <vector>

namespace apprentice::frontend {

struct Complex {
  int64_t re = 0, im = 0;
};

// Cosine and sine of 2 pi index / points, as round(2^15 x), at most 32767.
Complex turn_q15(int64_t index, int64_t points);

// In place, a power of two from 8; all parts fit 15 bits. Gives the number of bits by which the result is scaled down.
int fft_fixed(std::vector<Complex>& values);

// The pairs of the table that the runtime reads, stage by stage: for each k those of 2k, k and 3k.
std::vector<int64_t> fft_table(int64_t points);

// Powers of the real frame whose even and odd values went into `values` as parts; one more than there are values.
std::vector<int32_t> real_powers(const std::vector<Complex>& values);
// Its table: k = 1, 2, ... below half of `points`, the number of complex values.
std::vector<int64_t> real_table(int64_t points);

}  // namespace apprentice::frontend
