// SPDX-License-Identifier: Apache-2.0
// Operators of signal front ends: windows, Fourier transforms, mel bands. Computed in float64, as a front end is the
// last place to lose digits.
#include <cmath>

#include "apprentice/onnx/run/op.h"

namespace apprentice::onnx::run::ops {
namespace {

constexpr double kPi = 3.14159265358979323846;
constexpr int64_t kOnnxFloatType = 1;  // the default of output_datatype

// c0 - c1 cos(2 pi n / period) + c2 cos(4 pi n / period); a period is the size, or one less where the window is to end
// as it begins.
Values cosine_window(OpCall& call, double c0, double c1, double c2) {
  const int64_t size = call.integer_of(0);
  const at::ScalarType type = type_of(call, call.integer("output_datatype", kOnnxFloatType));
  if (call.failed() || !call.may_grow_to({size})) return {};
  const int64_t period = call.integer("periodic", 1) != 0 ? size : size - 1;
  if (period == 0) return {at::ones({size}, type)};
  const at::Tensor angle = at::arange(size, at::kDouble).mul(2.0 * kPi / static_cast<double>(period));
  return {at::cos(angle).mul(-c1).add(c0).add(at::cos(angle.mul(2.0)), c2).to(type)};
}

// The last axis holds a real number, or its real and imaginary part.
bool has_imaginary(const at::Tensor& x) { return x.size(-1) == 2; }
at::Tensor real_numbers(const at::Tensor& x) { return x.to(at::kDouble).squeeze(-1); }
at::Tensor complex_numbers(const at::Tensor& x) {
  if (has_imaginary(x)) return at::view_as_complex(x.to(at::kDouble).contiguous());
  return real_numbers(x).to(at::kComplexDouble);
}

bool holds_numbers(OpCall& call, const at::Tensor& x, int64_t least_rank) {
  if (x.dim() >= least_rank && (x.size(-1) == 1 || x.size(-1) == 2)) return true;
  call.refuse("takes [..., 1] of real or [..., 2] of complex numbers, but gets {}",
              to_string(Shape(x.sizes().begin(), x.sizes().end())));
  return false;
}

double mel_of_hz(double hz) { return 2595.0 * std::log10(1.0 + hz / 700.0); }
double hz_of_mel(double mel) { return 700.0 * (std::pow(10.0, mel / 2595.0) - 1.0); }

// The bins at the corners of the bands, as ONNX's reference has them: it divides the range by the number of corners.
std::vector<int64_t> band_corners(int64_t bands, int64_t points, double rate, double low, double high) {
  std::vector<int64_t> corners;
  const double first = mel_of_hz(low), step = (mel_of_hz(high) - first) / static_cast<double>(bands + 2);
  for (int64_t i = 0; i < bands + 2; ++i) {
    const double hz = hz_of_mel(first + static_cast<double>(i) * step);
    corners.push_back(static_cast<int64_t>(std::floor(static_cast<double>(points + 1) * hz / rate)));
  }
  return corners;
}

// A triangle of height 1 over the bins from `left` to `right`.
void add_band(int64_t left, int64_t top, int64_t right, const at::Tensor& weights) {
  auto at_bin = weights.accessor<double, 1>();
  at_bin[top] = 1.0;
  for (int64_t bin = left; bin < top; ++bin)
    at_bin[bin] = static_cast<double>(bin - left) / static_cast<double>(top - left);
  for (int64_t bin = top + 1; bin < right; ++bin)
    at_bin[bin] = static_cast<double>(right - bin) / static_cast<double>(right - top);
}

int64_t dft_axis(OpCall& call) {
  if (call.opset() < 20) return call.axis_of(call.integer("axis", 1), call[0].dim());
  return call.axis_of(call.has(2) ? call.integer_of(2) : -2, call[0].dim());
}

}  // namespace

Values hann_window(OpCall& call) { return cosine_window(call, 0.5, 0.5, 0.0); }
Values hamming_window(OpCall& call) { return cosine_window(call, 25.0 / 46.0, 21.0 / 46.0, 0.0); }
Values blackman_window(OpCall& call) { return cosine_window(call, 0.42, 0.5, 0.08); }

Values dft(OpCall& call) {
  const at::Tensor& x = call[0];
  if (!holds_numbers(call, x, 2)) return {};
  const int64_t axis = dft_axis(call);
  const bool inverse = call.integer("inverse", 0) != 0, half = call.integer("onesided", 0) != 0;
  if (call.failed() || axis == x.dim() - 1) return call.refuse("cannot transform along the axis of complex parts");
  if (half && has_imaginary(x) != inverse)
    return call.refuse("onesided is for real input, or with inverse for complex input");
  const int64_t length = call.has(1) ? call.integer_of(1) : half && inverse ? 2 * (x.size(axis) - 1) : x.size(axis);
  if (length < 1) return call.refuse("has the length {}; 1 or more was expected", length);
  Sizes grown(x.sizes().begin(), x.sizes().end());
  grown[static_cast<size_t>(axis)] = length;
  if (!call.may_grow_to(grown)) return {};
  if (half && inverse) return {at::fft_irfft(complex_numbers(x), length, axis).unsqueeze(-1).to(x.scalar_type())};
  const at::Tensor spectrum = half      ? at::fft_rfft(real_numbers(x), length, axis)
                              : inverse ? at::fft_ifft(complex_numbers(x), length, axis)
                                        : at::fft_fft(complex_numbers(x), length, axis);
  return {at::view_as_real(spectrum).to(x.scalar_type())};
}

Values stft(OpCall& call) {
  const at::Tensor& x = call[0];
  if (x.dim() != 3 || !holds_numbers(call, x, 3)) return call.refuse("takes signals of [batch, length, 1 or 2]");
  const bool half = call.integer("onesided", 1) != 0;
  if (half && has_imaginary(x)) return call.refuse("onesided is for real signals");
  if (!call.has(2) && !call.has(3)) return call.refuse("needs a window or a frame_length");
  const int64_t step = call.integer_of(1), length = call.has(3) ? call.integer_of(3) : call[2].numel();
  if (step < 1 || length < 1 || length > x.size(1))
    return call.refuse("cannot cut frames of {} every {} from {} steps", length, step, x.size(1));
  if (call.has(2) && (call[2].dim() != 1 || call[2].numel() != length))
    return call.refuse("has a window of {} values for frames of {}", call[2].numel(), length);
  if (!call.may_grow_to({x.size(0), (x.size(1) - length) / step + 1, 2 * length})) return {};
  at::Tensor frames = (half ? real_numbers(x) : complex_numbers(x)).unfold(1, length, step);
  if (call.has(2)) frames = frames.mul(call[2].to(at::kDouble));
  const at::Tensor spectrum = half ? at::fft_rfft(frames) : at::fft_fft(frames);
  return {at::view_as_real(spectrum).to(x.scalar_type())};
}

Values mel_weight_matrix(OpCall& call) {
  const int64_t bands = call.integer_of(0), points = call.integer_of(1);
  const double rate = call.number_of(2), low = call.number_of(3), high = call.number_of(4);
  const at::ScalarType type = type_of(call, call.integer("output_datatype", kOnnxFloatType));
  if (call.failed()) return {};
  if (bands < 1 || points < 1 || !(rate > 0.0) || !(low >= 0.0) || !(high > low) || !(high <= rate))
    return call.refuse("cannot make {} bands from {} to {} Hz of {} points at {} Hz", bands, low, high, points, rate);
  const int64_t bins = points / 2 + 1;
  if (!call.may_grow_to({bins, bands})) return {};
  const std::vector<int64_t> corners = band_corners(bands, points, rate, low, high);
  if (corners.back() > bins) return call.refuse("has a band that ends at bin {} of {}", corners.back(), bins);
  const at::Tensor weights = at::zeros({bands, bins}, at::kDouble);
  for (int64_t band = 0; band < bands; ++band) {
    const auto first = static_cast<size_t>(band);
    if (corners[first + 1] >= bins)
      return call.refuse("has a band whose top is bin {} of {}", corners[first + 1], bins);
    add_band(corners[first], corners[first + 1], corners[first + 2], weights[band]);
  }
  return {weights.t().contiguous().to(type)};
}

}  // namespace apprentice::onnx::run::ops
