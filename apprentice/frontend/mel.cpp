// SPDX-License-Identifier: Apache-2.0
// Triangular bands on a mel scale, summed over a spectrum.
#include <algorithm>
#include <cmath>

#include "apprentice/frontend/stage_rows.h"

namespace apprentice::frontend::rows {
namespace {

// Slaney's scale (Auditory Toolbox 1998): 3 mels in 200 Hz up to 1 kHz, then 27 in each factor of 6.4.
constexpr double kSlaneyHzPerMel = 200.0 / 3.0, kSlaneyBreakHz = 1000.0;
const double kSlaneyStep = std::log(6.4) / 27.0;

bool is_htk(const model::StageSpec& spec) { return word_of(spec, "scale") == "htk"; }

double mel_of(const model::StageSpec& spec, double hz) {
  if (is_htk(spec)) return 2595.0 * std::log10(1.0 + hz / 700.0);
  if (hz < kSlaneyBreakHz) return hz / kSlaneyHzPerMel;
  return kSlaneyBreakHz / kSlaneyHzPerMel + std::log(hz / kSlaneyBreakHz) / kSlaneyStep;
}

double hz_of(const model::StageSpec& spec, double mel) {
  if (is_htk(spec)) return 700.0 * (std::pow(10.0, mel / 2595.0) - 1.0);
  const double break_mel = kSlaneyBreakHz / kSlaneyHzPerMel;
  if (mel < break_mel) return mel * kSlaneyHzPerMel;
  return kSlaneyBreakHz * std::exp(kSlaneyStep * (mel - break_mel));
}

// One band: its bins that are not zero.
struct Band {
  double low_hz = 0.0, high_hz = 0.0;
  int64_t first = 0;
  std::vector<double> weights;
};

Band band_at(const model::StageSpec& spec, int64_t index, int64_t bins) {
  const double low = mel_of(spec, number_of(spec, "low_hz")), high = mel_of(spec, number_of(spec, "high_hz"));
  const double step = (high - low) / (number_of(spec, "bands") + 1.0);
  const bool in_hz = word_of(spec, "triangle") == "hz";
  double edges[3], hz[3];
  for (int i = 0; i < 3; ++i) {
    edges[i] = low + step * static_cast<double>(index + i);
    hz[i] = hz_of(spec, edges[i]);
    if (in_hz) edges[i] = hz[i];
  }
  Band band{hz[0], hz[2], 0, {}};
  const double hz_per_bin = number_of(spec, "sample_rate_hz") / static_cast<double>(2 * (bins - 1));
  const auto end = std::min(bins, static_cast<int64_t>(hz[2] / hz_per_bin) + 2);
  for (auto bin = static_cast<int64_t>(hz[0] / hz_per_bin); bin < end; ++bin) {
    const double at = hz_per_bin * static_cast<double>(bin);
    const double x = in_hz ? at : mel_of(spec, at);
    const double weight = std::min((x - edges[0]) / (edges[1] - edges[0]), (edges[2] - x) / (edges[2] - edges[1]));
    if (weight <= 0.0) continue;
    if (band.weights.empty()) band.first = bin;
    band.weights.push_back(word_of(spec, "area") == "slaney" ? weight * 2.0 / (hz[2] - hz[0]) : weight);
  }
  return band;
}

std::vector<Band> bands_of(const model::StageSpec& spec, int64_t bins) {
  std::vector<Band> bands;
  for (int64_t b = 0; b < whole_number_of(spec, "bands"); ++b) bands.push_back(band_at(spec, b, bins));
  return bands;
}

double sum_of(const Band& band) {
  double sum = 0.0;
  for (const double weight : band.weights) sum += weight;
  return sum;
}

// Weights as uint16 in units of 2^-bits, and the shift that brings every sum of a frame back to int32.
struct Scale {
  int bits = 0, shift = 0;
  std::vector<uint16_t> weights;  // those of one band after the other
};
Scale scale_of(const std::vector<Band>& bands, int input_bits) {
  Scale scale;
  double largest = 0.0;
  for (const Band& band : bands)
    largest = std::max(largest, *std::max_element(band.weights.begin(), band.weights.end()));
  while (std::ldexp(largest, scale.bits + 1) <= 65535.0) ++scale.bits;
  while (std::ldexp(largest, scale.bits) > 65535.0) --scale.bits;
  int64_t most = 1;
  for (const Band& band : bands) {
    int64_t sum = 0;
    for (const double weight : band.weights) {
      scale.weights.push_back(static_cast<uint16_t>(std::llround(std::ldexp(weight, scale.bits))));
      sum += scale.weights.back();
    }
    most = std::max(most, sum);
  }
  while (most > int64_t{1} << scale.shift) ++scale.shift;
  scale.shift = std::max(1, scale.shift + input_bits - 32);
  return scale;
}

Status check_bands(const model::StageSpec& spec) {
  const double low = number_of(spec, "low_hz"), high = number_of(spec, "high_hz");
  const double half_rate = number_of(spec, "sample_rate_hz") / 2.0;
  if (high > half_rate)
    return bad_input("", "'high_hz' is {}, beyond half of the sample rate, which is {} Hz", high, half_rate);
  if (low >= high) return bad_input("", "'low_hz' is {}, but must be below 'high_hz', which is {}", low, high);
  return {};
}

Result<FrameInfo> infer(const model::StageSpec& spec, const FrameInfo& input) {
  if (fits_int16(input)) return bad_input("", "takes what 'spectrum' gives");
  APPRENTICE_CHECK(check_bands(spec));
  const std::vector<Band> bands = bands_of(spec, input.values);
  double most = 0.0;
  for (size_t b = 0; b < bands.size(); ++b) {
    if (bands[b].weights.empty()) {
      return bad_input(
          "",
          "band {} of {}, from {:.1f} to {:.1f} Hz, holds no point of the spectrum; take fewer bands or more points",
          b + 1, bands.size(), bands[b].low_hz, bands[b].high_hz);
    }
    most = std::max(most, sum_of(bands[b]));
  }
  FrameInfo output = input;
  output.values = static_cast<int64_t>(bands.size());
  output.bits = 32;
  output.top = input.top + static_cast<int>(std::ceil(std::log2(most)));
  return output;
}

class MelBands final : public Stage {
 public:
  MelBands(const model::StageSpec& spec, const FrameInfo& input)
      : inputs_(input.values), bands_(bands_of(spec, inputs_)), scale_(scale_of(bands_, input.bits)) {}

  void run_float(std::vector<double>& values) const override {
    std::vector<double> sums;
    for (const Band& band : bands_) {
      double sum = 0.0;
      for (size_t i = 0; i < band.weights.size(); ++i)
        sum += band.weights[i] * values[static_cast<size_t>(band.first) + i];
      sums.push_back(sum);
    }
    values = sums;
  }

  void run_fixed(FixedFrame& frame) const override {
    frame.spare.clear();
    const uint16_t* weight = scale_.weights.data();
    for (const Band& band : bands_) {
      int64_t sum = 0;
      for (size_t i = 0; i < band.weights.size(); ++i)
        sum += int64_t{frame.values[static_cast<size_t>(band.first) + i]} * *weight++;
      frame.spare.push_back(static_cast<int32_t>(rounded_shift(sum, scale_.shift)));
    }
    frame.values.swap(frame.spare);
    frame.exponent += scale_.shift - scale_.bits;
  }

  StageCText write(const std::string& symbol) const override {
    std::vector<uint16_t> places;
    for (const Band& band : bands_) {
      places.push_back(static_cast<uint16_t>(band.first));
      places.push_back(static_cast<uint16_t>(band.weights.size()));
    }
    const std::string all = symbol + "_mel", lines = symbol + "_weights", at = symbol + "_places";
    StageCText text;
    text.constants = table_text(lines, scale_.weights) + table_text(at, places);
    text.constants += fmt::format("static const apprentice_bands_of {} = {{{}, {}, {}, {}, {}}};\n", all, inputs_,
                                  bands_.size(), at, lines, scale_.shift);
    text.call =
        fmt::format("    apprentice_bands(scratch, {});\n    exponent += {};\n", all, scale_.shift - scale_.bits);
    return text;
  }

  int64_t work_bytes() const override { return 4 * static_cast<int64_t>(bands_.size()); }

 private:
  int64_t inputs_;
  std::vector<Band> bands_;
  Scale scale_;
};

}  // namespace

StageKind mel() {
  StageKind kind;
  kind.name = "mel";
  kind.summary =
      "triangular mel bands of a spectrum: scale = htk or slaney; triangle = hz or mel, in which its sides are "
      "straight; "
      "area = one or slaney";
  kind.source = "HTK Book 3.4, eq. 5.13; Slaney 1998, Auditory Toolbox; McFee et al. 2015, librosa";
  kind.keys = {{"scale", 0.0, 0.0, false, {"htk", "slaney"}},
               {"triangle", 0.0, 0.0, false, {"hz", "mel"}},
               {"area", 0.0, 0.0, false, {"one", "slaney"}},
               {"bands", 1.0, 512.0, true, {}},
               {"low_hz", 0.0, 1e9, false, {}},
               {"high_hz", 1e-9, 1e9, false, {}},
               {"sample_rate_hz", 1e-9, 1e9, false, {}}};
  kind.infer = infer;
  kind.make = [](const model::StageSpec& spec, const FrameInfo& input, const FrameInfo&) {
    return std::shared_ptr<const Stage>(std::make_shared<MelBands>(spec, input));
  };
  kind.header = "apprentice_bands.h";
  return kind;
}

}  // namespace apprentice::frontend::rows
