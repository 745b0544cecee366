// SPDX-License-Identifier: Apache-2.0
#include "apprentice/baselines/spectrum.h"

#include <cmath>

namespace apprentice::baselines {

Spectrum::Spectrum(int64_t length) : length_(length) {
  constexpr double kTurn = 6.283185307179586;
  while (padded_ < length) padded_ *= 2;
  for (int64_t i = 0; i < length; ++i)
    window_.push_back(0.5 - 0.5 * std::cos(kTurn * static_cast<double>(i) / static_cast<double>(length - 1)));
  for (int64_t i = 0; i < padded_ / 2; ++i)
    turns_.push_back(std::polar(1.0, -kTurn * static_cast<double>(i) / static_cast<double>(padded_)));
}

void Spectrum::magnitudes(const float* signal, float* out) const {
  std::vector<std::complex<double>> values(static_cast<size_t>(padded_));
  for (int64_t i = 0, mirrored = 0; i < padded_; ++i) {  // the bits of `mirrored` are those of i in reverse order
    if (i < length_) values[static_cast<size_t>(mirrored)] = double{signal[i]} * window_[static_cast<size_t>(i)];
    int64_t bit = padded_ / 2;
    for (; (mirrored & bit) != 0; bit /= 2) mirrored ^= bit;
    mirrored |= bit;
  }
  for (int64_t half = 1; half < padded_; half *= 2) {
    for (int64_t begin = 0; begin < padded_; begin += 2 * half) {
      for (int64_t k = 0; k < half; ++k) {
        std::complex<double>& low = values[static_cast<size_t>(begin + k)];
        std::complex<double>& high = values[static_cast<size_t>(begin + k + half)];
        const std::complex<double> turned = high * turns_[static_cast<size_t>(k * (padded_ / 2 / half))];
        high = low - turned;
        low += turned;
      }
    }
  }
  for (int64_t k = 0; k < bins(); ++k) out[k] = static_cast<float>(std::abs(values[static_cast<size_t>(k)]));
}

}  // namespace apprentice::baselines
