// SPDX-License-Identifier: Apache-2.0
// The FFT of int16 pairs that docs/formats/frontend.md defines, in plain loops: the judge of runtime/apprentice_fft.h.
// Internal to frontend/.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace apprentice::frontend {

// Of one length, with its tables; pairs are real and imaginary part, one after the other. Immutable; any thread.
class Fft {
 public:
  // `points`: how many pairs, a power of two from 8 to 1024.
  explicit Fft(int64_t points);

  // `pairs`, of parts that fit 15 bits, to its transform. Gives the number of bits by which that is scaled down.
  int transform(const std::vector<int32_t>& pairs, std::vector<int32_t>& transformed) const;
  // Powers of the real frame whose even and odd values were the parts before the transform: one more than pairs.
  void real_powers(const std::vector<int32_t>& transformed, std::vector<int32_t>& powers) const;

  // What both read, as the runtime reads it: cosine and sine in units of 2^-15. Stage by stage for each k those of 2k,
  // k and 3k; and those of k = 1, 2, ... below half of `points` for the real frame.
  const std::vector<int16_t>& turns() const { return turns_; }
  const std::vector<int16_t>& real_turns() const { return real_turns_; }

 private:
  std::vector<size_t> mirrored_;  // the place of each pair in bit-reversed order
  std::vector<int16_t> turns_, real_turns_;
};

}  // namespace apprentice::frontend
