// SPDX-License-Identifier: Apache-2.0
// Front ends to test, and raw samples that are hard on them.
#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "apprentice/base/random.h"
#include "apprentice/frontend/frontend.h"

namespace apprentice::test {

using Words = std::map<std::string, std::vector<std::string>>;
using Numbers = std::map<std::string, double>;

inline model::StageSpec stage(const std::string& kind, Numbers numbers, Words words) {
  return {kind, std::move(numbers), std::move(words)};
}
inline model::StageSpec window_stage(const std::string& shape, const std::string& form = "periodic") {
  return stage("window", {}, {{"shape", {shape}}, {"form", {form}}});
}
inline model::StageSpec spectrum_stage(int64_t points, const std::string& output = "power") {
  return stage("spectrum", {{"points", static_cast<double>(points)}}, {{"output", {output}}});
}
inline model::StageSpec log_stage(const std::string& base = "log2", double floor = 1.0) {
  return stage("log", {{"floor", floor}}, {{"base", {base}}});
}

struct Mel {
  std::string scale = "htk", triangle = "hz", area = "one";
  double bands = 40.0, low_hz = 20.0, high_hz = 8000.0, rate_hz = 16000.0;
};
inline model::StageSpec mel_stage(const Mel& mel) {
  return stage(
      "mel", {{"bands", mel.bands}, {"low_hz", mel.low_hz}, {"high_hz", mel.high_hz}, {"sample_rate_hz", mel.rate_hz}},
      {{"scale", {mel.scale}}, {"triangle", {mel.triangle}}, {"area", {mel.area}}});
}
inline model::StageSpec dct_stage(int64_t coefficients) {
  return stage("dct", {{"coefficients", static_cast<double>(coefficients)}}, {});
}
inline model::StageSpec statistics_stage(std::vector<std::string> of) {
  return stage("statistics", {}, {{"of", std::move(of)}});
}
inline model::StageSpec all_statistics() {
  return statistics_stage({"mean", "deviation", "log_deviation", "last", "slope", "rms", "peak", "crest",
                           "zero_crossings", "skewness", "kurtosis"});
}

// Two channels, of which one is scaled.
inline model::FrontendSpec chain(int64_t length, int64_t hop, std::vector<model::StageSpec> stages) {
  model::FrontendSpec spec;
  spec.mean = {0.0F, 0.25F};
  spec.scale = {1.0F, 1000.0F};
  spec.parts = {{length, hop, std::move(stages)}};
  return spec;
}
// Several chains side by side.
inline model::FrontendSpec joined(model::FrontendSpec first, const model::FrontendSpec& second) {
  first.parts.insert(first.parts.end(), second.parts.begin(), second.parts.end());
  return first;
}
// Steps of a raw window from which every part makes `frames` frames, or one more.
inline int64_t steps_for(const model::FrontendSpec& spec, int64_t frames) {
  int64_t steps = 1;
  for (const model::FrontendPart& part : spec.parts)
    steps = std::max(steps, part.frame_length + (frames - 1) * part.hop);
  return steps;
}

using Wave = std::vector<float>;

// Of one channel, in units of int16.
inline std::vector<Wave> hostile_waves(int64_t length, uint64_t seed) {
  Rng rng(seed, "waves");
  const auto made = [&](auto value_at) {
    Wave wave;
    for (int64_t i = 0; i < length; ++i) wave.push_back(static_cast<float>(value_at(i)));
    return wave;
  };
  const double turn = 6.283185307179586;
  std::vector<Wave> waves;
  for (const double level : {0.0, 1.0, -1.0, 100.0, 32767.0, -32768.0, 16383.0, -16384.0, 16384.0, 1e9, -1e30})
    waves.push_back(made([&](int64_t) { return level; }));
  for (const int64_t at : {int64_t{0}, int64_t{1}, length / 2, length - 1}) {
    for (const double level : {32767.0, -32768.0, 1.0})
      waves.push_back(made([&](int64_t i) { return i == at ? level : 0.0; }));
  }
  for (const int64_t half : {1, 2, 4, 8}) {
    waves.push_back(made([&](int64_t i) { return i / half % 2 == 0 ? 32767.0 : -32768.0; }));
    waves.push_back(made([&](int64_t i) { return (i + half / 2) / half % 2 == 0 ? -32768.0 : 32767.0; }));
  }
  for (const double amplitude : {32767.0, 3000.0, 20.0}) {
    for (const double cycles : {1.0, 3.5, static_cast<double>(length) / 4.0, static_cast<double>(length) / 2.0 - 1.3})
      waves.push_back(made([&](int64_t i) {
        return amplitude * std::cos(turn * cycles * static_cast<double>(i) / static_cast<double>(length) + 0.3);
      }));
  }
  for (const double level : {32768.0, 2000.0, 30.0, 1.5}) {
    waves.push_back(made([&](int64_t) { return rng.uniform(-level, level); }));
    waves.push_back(made([&](int64_t) { return rng.below(2) == 0 ? level : -level; }));
    waves.push_back(made([&](int64_t) { return rng.below(20) == 0 ? rng.uniform(-level, level) : 0.0; }));
  }
  Wave odd = waves.back();
  odd[0] = std::numeric_limits<float>::quiet_NaN();
  odd[1] = std::numeric_limits<float>::infinity();
  odd.back() = -std::numeric_limits<float>::infinity();
  odd[odd.size() / 2] = 0.5F;
  odd[odd.size() / 2 - 1] = 2.5F;
  waves.push_back(odd);
  return waves;
}

// Raw samples [2, length] for `chain`: each wave on one channel and the next on the other.
inline std::vector<std::vector<float>> hostile_samples(int64_t length, uint64_t seed) {
  const std::vector<Wave> waves = hostile_waves(length, seed);
  std::vector<std::vector<float>> samples;
  for (size_t i = 0; i < waves.size(); ++i) {
    std::vector<float> sample = waves[i];
    for (const float value : waves[(i + 1) % waves.size()]) sample.push_back(value / 1000.0F + 0.25F);
    samples.push_back(sample);
  }
  return samples;
}

inline frontend::Frontend made(const model::FrontendSpec& spec, int64_t time) {
  Result<frontend::Frontend> result = frontend::Frontend::create(spec, {static_cast<int64_t>(spec.mean.size()), time});
  if (!result) throw BrokenPromise(result.error().text());
  return *std::move(result);
}

// A chain for each stage of the table, and such as are used together.
inline std::map<std::string, model::FrontendSpec> chains() {
  std::map<std::string, model::FrontendSpec> all;
  for (int64_t points = 16; points <= 2048; points *= 2) {
    const int64_t length = points == 64 ? 49 : points;
    all["spectrum_" + std::to_string(points)] =
        chain(length, length / 2 + 1, {window_stage("hann"), spectrum_stage(points), log_stage()});
  }
  all["raw"] = chain(7, 3, {});
  all["no_window"] = chain(33, 30, {window_stage("none"), spectrum_stage(64), log_stage("ln", 1e-9)});
  all["hamming"] = chain(100, 10, {window_stage("hamming", "symmetric"), spectrum_stage(128), log_stage("db", 0.25)});
  all["magnitude"] =
      chain(128, 64, {window_stage("hann", "symmetric"), spectrum_stage(128, "magnitude"), log_stage("log10", 100.0)});
  all["log_of_raw"] = chain(20, 20, {log_stage("db", 1e-6)});
  all["mfcc"] =
      chain(400, 160, {window_stage("hann"), spectrum_stage(512), mel_stage({}), log_stage("ln", 1e-3), dct_stage(13)});
  all["log_mel"] = chain(
      256, 128,
      {window_stage("hann"), spectrum_stage(256), mel_stage({"slaney", "hz", "slaney", 20.0, 0.0}), log_stage("db")});
  all["mel_of_magnitude"] =
      chain(128, 128,
            {spectrum_stage(128, "magnitude"), mel_stage({"htk", "mel", "one", 13.0, 0.0, 50.0, 100.0}),
             log_stage("log2", 0.01), dct_stage(13)});
  all["one_band"] = chain(
      16, 16,
      {spectrum_stage(16), mel_stage({"slaney", "mel", "slaney", 1.0, 10.0, 48.0, 96.0}), log_stage(), dct_stage(1)});
  all["statistics"] = chain(50, 25, {all_statistics()});
  all["statistics_of_one"] = chain(1, 1, {all_statistics()});
  all["log_of_statistics"] = chain(129, 64, {statistics_stage({"deviation", "peak"}), log_stage("db", 0.1)});
  all["joined"] = joined(chain(64, 32, {window_stage("hann"), spectrum_stage(64), log_stage()}),
                         chain(64, 32, {statistics_stage({"rms", "slope", "zero_crossings"})}));
  all["joined_of_other_frames"] =
      joined(joined(chain(40, 20, {all_statistics()}), chain(33, 21, {spectrum_stage(64), log_stage("db", 0.1)})),
             chain(30, 20, {}));
  all["difference"] =
      chain(65, 30, {stage("difference", {}, {}), window_stage("hann"), spectrum_stage(64), log_stage()});
  all["difference_of_logs"] = chain(9, 9, {log_stage(), stage("difference", {}, {})});
  all["standardise"] = chain(50, 25, {stage("standardise", {}, {})});
  all["standardise_of_one"] = chain(1, 1, {stage("standardise", {}, {})});
  all["standardised_spectrum"] = chain(
      100, 50, {stage("standardise", {}, {}), window_stage("hann"), spectrum_stage(128), log_stage("log2", 0.01)});
  all["one_step"] = chain(1, 1, {window_stage("hann", "symmetric"), spectrum_stage(16), log_stage()});
  return all;
}

inline std::string bytes_of(const void* data, size_t count) { return {static_cast<const char*>(data), count}; }

// Raw samples as the device gets them: channel-last.
inline std::string inputs_of(const std::vector<std::vector<float>>& samples, const Shape& raw) {
  std::string bytes;
  for (const std::vector<float>& sample : samples) {
    for (int64_t t = 0; t < raw[1]; ++t) {
      for (int64_t c = 0; c < raw[0]; ++c) bytes += bytes_of(&sample[static_cast<size_t>(c * raw[1] + t)], 4);
    }
  }
  return bytes;
}

// The judge's features, frame after frame.
inline std::string answers_of(const frontend::Frontend& frontend, const std::vector<std::vector<float>>& samples) {
  const int64_t rows = frontend.feature_shape()[0], frames = frontend.feature_shape()[1];
  std::vector<int16_t> features(static_cast<size_t>(rows * frames));
  std::string bytes;
  for (const std::vector<float>& sample : samples) {
    frontend.run(sample.data(), features.data());
    for (int64_t f = 0; f < frames; ++f) {
      for (int64_t r = 0; r < rows; ++r) bytes += bytes_of(&features[static_cast<size_t>(r * frames + f)], 2);
    }
  }
  return bytes;
}

}  // namespace apprentice::test
