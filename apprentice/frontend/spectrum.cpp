// SPDX-License-Identifier: Apache-2.0
// The spectrum of a real frame, zero-padded to a power of two.
#include <cmath>
#include <complex>

#include "apprentice/frontend/fft.h"
#include "apprentice/frontend/stage_rows.h"

namespace apprentice::frontend::rows {
namespace {

constexpr int kPowerBits = 32;      // at most 2 * (sqrt(2) * 2^14 + 4)^2: docs/formats/frontend.md
constexpr int kMagnitudeBits = 17;  // the root of that

bool is_power(const model::StageSpec& spec) { return word_of(spec, "output") == "power"; }

int log2_of(int64_t power_of_two) {
  int bits = 0;
  while ((int64_t{1} << bits) < power_of_two) ++bits;
  return bits;
}

Result<FrameInfo> infer(const model::StageSpec& spec, const FrameInfo& input) {
  const int64_t points = whole_number_of(spec, "points");
  if ((points & (points - 1)) != 0)
    return bad_input("", "'points' is {}, but must be a power of two: 16, 32, ... 2048", points);
  if (!fits_int16(input))
    return bad_input("", "takes raw samples or what 'window' gives, not what a stage before it gives");
  if (input.values > points) {
    return bad_input("", "'points' is {}, fewer than the {} values of a frame; choose more points or a shorter frame",
                     points, input.values);
  }
  FrameInfo output;
  output.values = points / 2 + 1;
  output.bits = is_power(spec) ? kPowerBits : kMagnitudeBits;
  output.top = (is_power(spec) ? 2 : 1) * (input.top + log2_of(points));
  return output;
}

// In place, decimation in time (Cooley and Tukey 1965); its rounding is far below what int16 can show.
void fft_float(std::vector<std::complex<double>>& values) {
  if (values.size() == 1) return;
  const size_t half = values.size() / 2;
  std::vector<std::complex<double>> even(half), odd(half);
  for (size_t i = 0; i < half; ++i) {
    even[i] = values[2 * i];
    odd[i] = values[2 * i + 1];
  }
  fft_float(even);
  fft_float(odd);
  for (size_t k = 0; k < half; ++k) {
    const double angle = kTurn * static_cast<double>(k) / static_cast<double>(values.size());
    const std::complex<double> turned = odd[k] * std::polar(1.0, -angle);
    values[k] = even[k] + turned;
    values[k + half] = even[k] - turned;
  }
}

// To nearest; power - 0.25 is never a square.
int32_t root_of(int32_t power) {
  int64_t root = std::llround(std::sqrt(static_cast<double>(power)));
  while (root * root + root < power) ++root;
  while (root * root - root >= power && root > 0) --root;
  return static_cast<int32_t>(root);
}

class Spectrum final : public Stage {
 public:
  Spectrum(const model::StageSpec& spec, int64_t length)
      : length_(length), points_(whole_number_of(spec, "points")), is_power_(is_power(spec)), fft_(points_ / 2) {}

  void run_float(std::vector<double>& values) const override {
    std::vector<std::complex<double>> points(values.begin(), values.end());
    points.resize(static_cast<size_t>(points_));
    fft_float(points);
    values.resize(points.size() / 2 + 1);
    for (size_t k = 0; k < values.size(); ++k) values[k] = is_power_ ? std::norm(points[k]) : std::abs(points[k]);
  }

  void run_fixed(FixedFrame& frame) const override {
    frame.values.resize(static_cast<size_t>(points_));
    const int left = room_of(frame.values) - 1;
    for (int32_t& value : frame.values) value = left < 0 ? value >> 1 : value * (1 << left);
    const int scaled = fft_.transform(frame.values, frame.spare);
    fft_.real_powers(frame.spare, frame.values);
    frame.exponent += scaled - left;
    if (is_power_) {
      frame.exponent *= 2;
    } else {
      for (int32_t& value : frame.values) value = root_of(value);
    }
  }

  StageCText write(const std::string& symbol) const override {
    const std::string fft = symbol + "_fft", real = symbol + "_real", all = symbol + "_spectrum";
    StageCText text;
    text.constants = table_text(fft, fft_.turns()) + table_text(real, fft_.real_turns());
    text.constants += fmt::format("static const apprentice_spectrum_of {} = {{{}, {}, {}, {}}};\n", all, length_,
                                  log2_of(points_ / 2), fft, real);
    text.call = fmt::format("    exponent = apprentice_{}_spectrum(scratch, {}, exponent);\n",
                            is_power_ ? "power" : "magnitude", all);
    return text;
  }

 private:
  int64_t length_, points_;
  bool is_power_;
  Fft fft_;
};

}  // namespace

StageKind spectrum() {
  StageKind kind;
  kind.name = "spectrum";
  kind.summary =
      "real FFT: points = a power of two from 16 to 2048; output = power or magnitude; points / 2 + 1 values";
  kind.source = "Cooley and Tukey 1965; Sorensen, Jones, Heideman and Burrus 1987, Real-valued FFT algorithms";
  kind.keys = {{"points", 16.0, 2048.0, true, {}}, {"output", 0.0, 0.0, false, {"power", "magnitude"}}};
  kind.infer = infer;
  kind.make = [](const model::StageSpec& spec, const FrameInfo& input, const FrameInfo&) {
    return std::shared_ptr<const Stage>(std::make_shared<Spectrum>(spec, input.values));
  };
  kind.header = "apprentice_fft.h";
  return kind;
}

}  // namespace apprentice::frontend::rows
