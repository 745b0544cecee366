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
  std::vector<std::vector<int64_t>> weights;
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
    std::vector<int64_t> weights;
    int64_t sum = 0;
    for (const double weight : band.weights) {
      weights.push_back(std::llround(std::ldexp(weight, scale.bits)));
      sum += weights.back();
    }
    most = std::max(most, sum);
    scale.weights.push_back(std::move(weights));
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

void run_float(const model::StageSpec& spec, std::vector<double>& values) {
  std::vector<double> sums;
  for (const Band& band : bands_of(spec, static_cast<int64_t>(values.size()))) {
    double sum = 0.0;
    for (size_t i = 0; i < band.weights.size(); ++i)
      sum += band.weights[i] * values[static_cast<size_t>(band.first) + i];
    sums.push_back(sum);
  }
  values = sums;
}

void run_fixed(const model::StageSpec& spec, const FrameInfo& input, const FrameInfo&, FixedFrame& frame) {
  const std::vector<Band> bands = bands_of(spec, input.values);
  const Scale scale = scale_of(bands, input.bits);
  std::vector<int32_t> sums;
  for (size_t b = 0; b < bands.size(); ++b) {
    int64_t sum = 0;
    for (size_t i = 0; i < bands[b].weights.size(); ++i)
      sum += scale.weights[b][i] * frame.values[static_cast<size_t>(bands[b].first) + i];
    sums.push_back(static_cast<int32_t>((sum + (int64_t{1} << (scale.shift - 1))) >> scale.shift));
  }
  frame.values = sums;
  frame.exponent += scale.shift - scale.bits;
}

StageCText write(const StageCCall& call) {
  const std::vector<Band> bands = bands_of(call.spec, call.input.values);
  const Scale scale = scale_of(bands, call.input.bits);
  std::vector<int64_t> weights, places;
  for (size_t b = 0; b < bands.size(); ++b) {
    weights.insert(weights.end(), scale.weights[b].begin(), scale.weights[b].end());
    places.push_back(bands[b].first);
    places.push_back(static_cast<int64_t>(bands[b].weights.size()));
  }
  const std::string all = call.symbol + "_mel", lines = call.symbol + "_weights", at = call.symbol + "_places";
  StageCText text;
  text.constants = table_text("uint16_t", lines, weights) + table_text("uint16_t", at, places);
  text.constants += fmt::format("static const apprentice_bands_of {} = {{{}, {}, {}, {}, {}}};\n", all,
                                call.input.values, bands.size(), at, lines, scale.shift);
  text.call = fmt::format("    apprentice_bands(scratch, {});\n    exponent += {};\n", all, scale.shift - scale.bits);
  return text;
}

int64_t work_bytes(const model::StageSpec&, const FrameInfo&, const FrameInfo& output) { return 4 * output.values; }

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
  kind.run_float = run_float;
  kind.run_fixed = run_fixed;
  kind.write = write;
  kind.header = "apprentice_bands.h";
  kind.work_bytes = work_bytes;
  return kind;
}

}  // namespace apprentice::frontend::rows
