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

inline quant::QuantNet spectrum_net(const std::string& frontend, const std::string& family, const Shape& raw) {
  return *quant::quantize(spectrum_model(frontend, family, raw, 3), NoiseData(raw, 20, 4), kPlainCalibration);
}

struct StreamCase {
  std::function<quant::QuantNet()> net;
  int64_t hop;
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
          {"dense", {dense_net, 3}},
          {"dense_whole_windows", {dense_net, 20}},
          {"spectrum_of_the_window", {behind("", mlp, {1, 64}), 32}},
          {"spectrum_mlp", {behind(short_frames, mlp, {1, 128}), 16}},
          {"spectrum_conv", {behind(odd, conv, {2, 100}), 24}},
          {"frames_not_shared", {behind(odd, conv, {2, 100}), 30}},
          {"frames_beyond_the_last", {behind(short_frames, mlp, {1, 100}), 96}},
          {"whole_windows_of_frames", {behind(odd, conv, {2, 90}), 90}},
          {"gaps_between_frames", {behind(gaps, conv, {2, 100}), 48}},
          {"gaps_not_shared", {behind(gaps, conv, {2, 100}), 20}}};
}

}  // namespace apprentice::test
