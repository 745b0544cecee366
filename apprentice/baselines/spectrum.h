// SPDX-License-Identifier: Apache-2.0
// Magnitudes of a real signal's Fourier transform (Cooley and Tukey 1965, radix 2). Internal to baselines/.
#pragma once

#include <complex>
#include <cstdint>
#include <vector>

namespace apprentice::baselines {

// Made once for a length, then called from any thread.
class Spectrum {
 public:
  // length >= 2
  explicit Spectrum(int64_t length);
  int64_t bins() const { return padded_ / 2 + 1; }
  // |X[k]|, k = 0 to bins() - 1, of signal[0, length) under a Hann window (0.5 - 0.5 cos(2 pi i / (length - 1))),
  // followed by zeros up to the next power of two.
  void magnitudes(const float* signal, float* out) const;

 private:
  int64_t length_ = 0, padded_ = 1;
  std::vector<double> window_;
  std::vector<std::complex<double>> turns_;  // exp(-2 pi i k / padded)
};

}  // namespace apprentice::baselines
