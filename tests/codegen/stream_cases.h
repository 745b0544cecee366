// SPDX-License-Identifier: Apache-2.0
// Nets that stream: raw and behind front ends, hops that do and do not divide windows and strides.
#pragma once

#include <functional>
#include <map>

#include "tests/codegen/net_builder.h"
#include "tests/quant/frontend_nets.h"

namespace apprentice::test {

inline quant::QuantNet padded_conv_net() {
  NetBuilder b(21, {2, 60});
  const int first = b.conv("conv1d", 0, 6, {{1, 5}, {1, 2}, {0, 2, 0, 2}});
  const int pooled = b.pool("maxpool1d", first, {{1, 2}, {1, 2}, {0, 0, 0, 0}});
  b.dense(b.global_average(b.relu("relu", pooled)), 4);
  return b.classifier();
}

inline quant::QuantNet separable_net() {
  NetBuilder b(22, {1, 96});
  int t = b.conv("conv1d", 0, 8, {{1, 9}, {1, 4}, {0, 0, 0, 0}});
  for (int block = 0; block < 2; ++block) {
    t = b.depthwise("depthwise1d", t, {{1, 5}, {1, 1}, {0, 0, 0, 0}});
    t = b.conv("conv1d", t, 8, {});
  }
  b.dense(b.global_average(t), 5);
  return b.classifier();
}

inline quant::QuantNet dense_net() {
  NetBuilder b(23, {3, 20});
  b.dense(b.dense(0, 7), 1);
  return b.regressor();
}

// Every kind of layer that may compute new columns only, one that cannot in between, and a branch around it.
inline quant::QuantNet branching_columns_net() {
  NetBuilder b(24, {2, 90});
  const int first = b.conv("conv1d", 0, 6, {{1, 5}, {1, 2}, {0, 0, 0, 0}});
  const int left = b.conv("conv1d", first, 6, {}), right = b.lookup("tanh", first);
  const int sum = b.relu("relu", b.add(left, right));
  const int pooled = b.pool("maxpool1d", sum, {{1, 3}, {1, 2}, {0, 0, 0, 0}});
  const int deep = b.depthwise("depthwise1d", pooled, {{1, 3}, {1, 1}, {0, 0, 0, 0}});
  const int mean = b.pool("avgpool1d", pooled, {{1, 3}, {1, 1}, {0, 0, 0, 0}});
  const int joined = b.concat({b.conv("conv1d", deep, 5, {}), mean});
  const int padded = b.conv("conv1d", joined, 11, {{1, 3}, {1, 1}, {0, 1, 0, 1}});
  b.dense(b.global_average(b.add(padded, joined)), 4);
  return b.classifier();
}

// Strides over what no kernel sees, and a layer that reads the whole input beside one that does not.
inline quant::QuantNet skipping_net() {
  NetBuilder b(25, {3, 50});
  const int skips = b.conv("conv1d", 0, 5, {{1, 2}, {1, 4}, {0, 0, 0, 0}});
  const int padded = b.conv("conv1d", 0, 5, {{1, 5}, {1, 1}, {0, 2, 0, 2}});
  const int pooled = b.pool("avgpool1d", padded, {{1, 4}, {1, 4}, {0, 0, 0, 0}});
  const int short_one = b.pool("maxpool1d", skips, {{1, 2}, {1, 1}, {0, 0, 0, 0}});
  b.dense(b.concat({b.global_average(short_one), b.global_average(pooled)}), 3);
  return b.classifier();
}

// Kernel and channels of each block of the wake word nets.
inline constexpr std::array<std::array<int64_t, 2>, 4> kWakeWordBlocks = {{{3, 128}, {5, 128}, {10, 128}, {15, 32}}};

// Kernels and channels of a streaming wake word net of four separable blocks (as in MLPerf Tiny's), 30 frames.
inline quant::QuantNet wake_word_net() {
  NetBuilder b(26, {40, 30});
  int t = 0;
  for (const auto& [kernel, channels] : kWakeWordBlocks)
    t = b.conv("conv1d", b.depthwise("depthwise1d", t, {{1, kernel}, {1, 1}, {0, 0, 0, 0}}), channels, {});
  b.dense(t, 3);
  return b.classifier();
}

// The same behind 40 mel bands of 16 kHz audio.
inline quant::QuantNet wake_word_audio_net() {
  const std::string bands = "kind = \"log_mel\"\nframe = 480\nhop = 320\nbands = 40\nsample_rate_hz = 16000\n";
  std::string layers;
  for (const auto& [kernel, channels] : kWakeWordBlocks) {
    layers += fmt::format("[[layer]]\nkind = \"depthwise1d\"\nkernel = {}\n", kernel);
    layers +=
        fmt::format("[[layer]]\nkind = \"conv1d\"\nkernel = 1\nchannels = {}\n[[layer]]\nkind = \"relu\"\n", channels);
  }
  layers += "[[layer]]\nkind = \"flatten\"\n[[layer]]\nkind = \"dense\"\nchannels = 3\n";
  const Shape raw = {1, 29 * 320 + 480};
  return *quant::quantize(frontend_model(bands, layers, raw, 3), NoiseData(raw, 3, 4), kPlainCalibration);
}

// Two kinds of features side by side.
inline quant::QuantNet two_parts_net(int64_t second_frame, int64_t second_hop) {
  const std::string parts = fmt::format(
      "[[part]]\nkind = \"spectrum\"\nframe = 40\nhop = 12\n[[part]]\nkind = \"statistics\"\nframe = {}\nhop = {}\n",
      second_frame, second_hop);
  const Shape raw = {2, 100};
  const model::Model model = frontend_model(parts, "family = \"conv1d\"\nwidth = 4\ndepth = 2\n", raw, 3);
  return *quant::quantize(model, NoiseData(raw, 20, 4), kPlainCalibration);
}

inline quant::QuantNet spectrum_net(const std::string& frontend, const std::string& family, const Shape& raw) {
  return *quant::quantize(spectrum_model(frontend, family, raw, 3), NoiseData(raw, 20, 4), kPlainCalibration);
}

struct StreamCase {
  std::function<quant::QuantNet()> net;
  int64_t hop;
  int64_t steps = 1'000'000;  // of raw time, of the longest test
};

inline std::map<std::string, StreamCase> stream_cases() {
  const std::string mlp = "family = \"mlp\"\nwidth = 8\n", conv = "family = \"conv1d\"\nwidth = 4\ndepth = 2\n";
  const auto behind = [](const std::string& frontend, const std::string& family, const Shape& raw) {
    return [=] { return spectrum_net(frontend, family, raw); };
  };
  const std::string short_frames = "frame = 32\nhop = 16\n", odd = "frame = 40\nhop = 12\nwindow = \"hamming\"\n";
  const std::string gaps = "frame = 16\nhop = 24\n";
  return {{"padded_conv", {padded_conv_net, 16}},
          {"padded_conv_uneven", {padded_conv_net, 17}},
          {"separable", {separable_net, 16}},
          {"separable_uneven", {separable_net, 10}},
          {"separable_by_long_hops", {separable_net, 80}},
          {"branching_columns", {branching_columns_net, 8}},
          {"branching_columns_uneven", {branching_columns_net, 6}},
          {"branching_columns_by_long_hops", {branching_columns_net, 64}},
          {"skipping", {skipping_net, 8}},
          {"wake_word", {wake_word_net, 1, 3'000}},
          {"wake_word_by_threes", {wake_word_net, 3, 3'000}},
          {"wake_word_audio", {wake_word_audio_net, 320}},
          {"dense", {dense_net, 3}},
          {"dense_whole_windows", {dense_net, 20}},
          {"spectrum_of_the_window", {behind("", mlp, {1, 64}), 32}},
          {"spectrum_mlp", {behind(short_frames, mlp, {1, 128}), 16}},
          {"spectrum_conv", {behind(odd, conv, {2, 100}), 24}},
          {"parts_of_one_hop", {[] { return two_parts_net(30, 12); }, 24}},
          {"parts_of_two_hops", {[] { return two_parts_net(20, 16); }, 48}},
          {"frames_not_shared", {behind(odd, conv, {2, 100}), 30}},
          {"frames_beyond_the_last", {behind(short_frames, mlp, {1, 100}), 96}},
          {"whole_windows_of_frames", {behind(odd, conv, {2, 90}), 90}},
          {"gaps_between_frames", {behind(gaps, conv, {2, 100}), 48}},
          {"gaps_not_shared", {behind(gaps, conv, {2, 100}), 20}}};
}

}  // namespace apprentice::test
