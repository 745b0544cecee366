// SPDX-License-Identifier: Apache-2.0
#include "apprentice/trees/statistics.h"

#include <algorithm>
#include <cmath>
#include <complex>
#include <vector>

#include "apprentice/base/error.h"

namespace apprentice::trees {
namespace {

constexpr int64_t kMoments = 8;
constexpr double kPi = 3.14159265358979323846;

bool has_spectrum(int64_t length) { return length >= kLeastSpectrumLength; }

int64_t count_of_channel(int64_t length) { return kMoments + (has_spectrum(length) ? kPowerBands : 0); }

// In place, of a power of two values (Cooley and Tukey 1965, decimation in time).
void fourier(std::vector<std::complex<double>>& x) {
  const size_t n = x.size();
  for (size_t i = 1, j = 0; i < n; ++i) {
    size_t bit = n >> 1;
    for (; (j & bit) != 0; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i < j) std::swap(x[i], x[j]);
  }
  for (size_t length = 2; length <= n; length *= 2) {
    const std::complex<double> turn = std::polar(1.0, -2.0 * kPi / static_cast<double>(length));
    for (size_t first = 0; first < n; first += length) {
      std::complex<double> factor = 1.0;
      for (size_t k = first; k < first + length / 2; ++k, factor *= turn) {
        const std::complex<double> odd = x[k + length / 2] * factor;
        x[k + length / 2] = x[k] - odd;
        x[k] += odd;
      }
    }
  }
}

// log10 of the mean power in equally wide bands, of the last 2^k rows without their mean, under a Hann window.
void write_power(const float* rows, int64_t length, double mean, float* out) {
  size_t size = 1;
  while (2 * size <= static_cast<size_t>(length)) size *= 2;
  std::vector<std::complex<double>> x(size);
  for (size_t i = 0; i < size; ++i) {
    const double hann = 0.5 - 0.5 * std::cos(2.0 * kPi * (static_cast<double>(i) + 0.5) / static_cast<double>(size));
    x[i] = hann * (double{rows[static_cast<size_t>(length) - size + i]} - mean);
  }
  fourier(x);
  const size_t width = size / 2 / static_cast<size_t>(kPowerBands);
  for (size_t band = 0; band < static_cast<size_t>(kPowerBands); ++band) {
    double power = 0.0;
    for (size_t k = 0; k < width; ++k) power += std::norm(x[band * width + k + 1]);
    out[band] = static_cast<float>(std::log10(power / static_cast<double>(width * size) + 1e-12));
  }
}

void write_channel(const float* rows, int64_t length, float* out) {
  const double count = static_cast<double>(length), middle = 0.5 * (count - 1.0);
  double sum = 0.0, squares = 0.0, along = 0.0, times = 0.0, steps = 0.0;
  for (int64_t i = 0; i < length; ++i) sum += double{rows[i]};
  const double mean = sum / count;
  for (int64_t i = 0; i < length; ++i) {
    const double away = double{rows[i]} - mean, time = static_cast<double>(i) - middle;
    squares += away * away;
    along += away * time;
    times += time * time;
    if (i > 0) steps += std::abs(double{rows[i]} - double{rows[i - 1]});
  }
  const auto [least, largest] = std::minmax_element(rows, rows + length);
  const double moments[kMoments] = {mean,
                                    std::sqrt(squares / count),
                                    double{*least},
                                    double{*largest},
                                    double{rows[0]},
                                    double{rows[length - 1]},
                                    length > 1 ? along / times : 0.0,
                                    length > 1 ? steps / (count - 1.0) : 0.0};
  std::transform(moments, moments + kMoments, out, [](double value) { return static_cast<float>(value); });
  if (has_spectrum(length)) write_power(rows, length, mean, out + kMoments);
}

}  // namespace

int64_t statistics_count(const Shape& sample_shape) {
  promise(sample_shape.size() == 1 || sample_shape.size() == 2, "statistics are of vectors and windows");
  return sample_shape.size() == 1 ? sample_shape[0] : sample_shape[0] * count_of_channel(sample_shape[1]);
}

Tensor statistics_of(const Tensor& samples) {
  const Shape shape(samples.shape().begin() + 1, samples.shape().end());
  const int64_t count = samples.shape()[0], width = statistics_count(shape);
  if (shape.size() == 1) return samples.to_f32();
  Tensor out(DType::kF32, {count, width});
  const int64_t channels = shape[0], length = shape[1], each = count_of_channel(length);
  for (int64_t n = 0; n < count; ++n)
    for (int64_t c = 0; c < channels; ++c)
      write_channel(samples.data<float>() + (n * channels + c) * length, length,
                    out.data<float>() + n * width + c * each);
  return out;
}

}  // namespace apprentice::trees
