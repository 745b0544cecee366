// SPDX-License-Identifier: Apache-2.0
// Quantized nets put together by hand, with random weights and multipliers that keep outputs spread over int8.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <vector>

#include "apprentice/base/random.h"
#include "apprentice/codegen/package.h"

namespace apprentice::test {

struct WindowShape {
  std::array<int64_t, 2> kernel{1, 1}, stride{1, 1};
  std::array<int64_t, 4> padding{0, 0, 0, 0};
};

// Tensors are named by their index in the net; every method returns the index of the tensor it adds.
class NetBuilder {
 public:
  // `shape` is channel-first, as in NetSpec.
  NetBuilder(uint64_t seed, Shape shape) : rng_(seed, "net builder") {
    net_.name = "built by hand";
    net_.spec.name = net_.name;
    net_.spec.input_shape = shape;
    layers::QuantTensor input;
    input.name = "input";
    input.channels = shape[0];
    if (shape.size() >= 2) input.width = shape.back();
    if (shape.size() == 3) input.height = shape[1];
    input.params = {0.05, random_int(-20, 20)};
    net_.tensors.push_back(input);
    net_.input.scale = input.params.scale;
    net_.input.zero_point = input.params.zero_point;
    for (int64_t c = 0; c < input.channels; ++c) {
      net_.input.mean.push_back(static_cast<float>(rng_.uniform(-1.0, 1.0)));
      net_.input.factor.push_back(static_cast<float>(rng_.uniform(5.0, 50.0)));
    }
  }

  int dense(int from, int64_t units) {
    const int64_t inputs = tensor(from).size();
    layers::QuantLayer layer = weighted("dense", from, units, inputs, units * inputs);
    return finish(layer, 1, 1, units);
  }
  int conv(const std::string& kind, int from, int64_t channels, const WindowShape& shape) {
    const int64_t taps = shape.kernel[0] * shape.kernel[1] * tensor(from).channels;
    layers::QuantLayer layer = weighted(kind, from, channels, taps, channels * taps);
    return windowed(layer, shape, channels);
  }
  int depthwise(const std::string& kind, int from, const WindowShape& shape) {
    const int64_t taps = shape.kernel[0] * shape.kernel[1], channels = tensor(from).channels;
    layers::QuantLayer layer = weighted(kind, from, channels, taps, channels * taps);
    return windowed(layer, shape, channels);
  }
  int pool(const std::string& kind, int from, const WindowShape& shape) {
    layers::QuantLayer layer = plain(kind, {from});
    const int output = windowed(layer, shape, tensor(from).channels);
    return same_params(output, from);
  }
  int global_average(int from) {
    layers::QuantLayer layer = plain("globalavgpool", {from});
    layer.kernel = {tensor(from).height, tensor(from).width};
    return same_params(finish(layer, 1, 1, tensor(from).channels), from);
  }
  int add(int a, int b) {
    layers::QuantLayer layer = plain("add", {a, b});
    layer.multipliers = {static_cast<int32_t>(random_int(1 << 29, 1 << 30)), 1 << 30};
    layer.shift = static_cast<int>(random_int(30, 32));
    layer.activation_min = random_int(-128, 0);
    return finish(layer, tensor(a).height, tensor(a).width, tensor(a).channels);
  }
  int concat(const std::vector<int>& from) {
    layers::QuantLayer layer = plain("concat", from);
    int64_t channels = 0;
    for (const int f : from) channels += tensor(f).channels;
    return finish(layer, tensor(from[0]).height, tensor(from[0]).width, channels);
  }
  int relu(const std::string& kind, int from) {
    layers::QuantLayer layer = plain(kind, {from});
    layer.activation_min = tensor(from).params.zero_point;
    layer.activation_max = random_int(layer.activation_min + 1, 127);
    const layers::QuantTensor t = tensor(from);
    return same_params(finish(layer, t.height, t.width, t.channels), from);
  }

  // Through a table of random bytes.
  int lookup(const std::string& kind, int from) {
    layers::QuantLayer layer = plain(kind, {from});
    for (int i = 0; i < 256; ++i) layer.weights.push_back(static_cast<int8_t>(random_int(-128, 127)));
    const layers::QuantTensor t = tensor(from);
    return finish(layer, t.height, t.width, t.channels);
  }

  const layers::QuantTensor& tensor(int index) const { return net_.tensors[static_cast<size_t>(index)]; }

  quant::QuantNet classifier() {
    const layers::QuantTensor& out = net_.tensors[static_cast<size_t>(net_.layers.back().output)];
    for (int64_t i = 0; i < out.size(); ++i) net_.spec.class_names.push_back(fmt::format("class \"{}\"", i));
    return net_;
  }
  quant::QuantNet regressor() {
    net_.spec.task = TaskKind::kRegression;
    net_.spec.output_scale = 3.5F;
    net_.spec.output_mean = -2.0F;
    return net_;
  }
  Rng& rng() { return rng_; }

 private:
  int32_t random_int(int64_t low, int64_t high) {
    return static_cast<int32_t>(low + static_cast<int64_t>(rng_.below(static_cast<uint64_t>(high - low + 1))));
  }
  layers::QuantLayer plain(const std::string& kind, const std::vector<int>& inputs) {
    layers::QuantLayer layer;
    layer.name = fmt::format("{}{}", kind, net_.layers.size());
    layer.kind = kind;
    layer.inputs = inputs;
    return layer;
  }
  // `fan_in` values are summed per output; the factor puts their sum at about a third of the int8 range.
  layers::QuantLayer weighted(const std::string& kind, int from, int64_t channels, int64_t fan_in, int64_t weights) {
    layers::QuantLayer layer = plain(kind, {from});
    for (int64_t i = 0; i < weights; ++i) layer.weights.push_back(static_cast<int8_t>(random_int(-127, 127)));
    const double factor = 45.0 / (5400.0 * std::sqrt(static_cast<double>(fan_in)));
    layer.shift = static_cast<int>(std::floor(31.0 - std::log2(factor)));
    for (int64_t c = 0; c < channels; ++c) {
      layer.bias.push_back(random_int(-20000, 20000));
      layer.weight_scales.push_back(0.01);
      const double multiplier = factor * rng_.uniform(0.3, 1.0) * std::ldexp(1.0, layer.shift);
      layer.multipliers.push_back(static_cast<int32_t>(std::min(multiplier, 2147483647.0)));
    }
    if (rng_.below(2) == 0) layer.activation_min = random_int(-128, 10);
    return layer;
  }
  int windowed(layers::QuantLayer& layer, const WindowShape& shape, int64_t channels) {
    const layers::QuantTensor in = tensor(layer.inputs[0]);
    layer.kernel = shape.kernel;
    layer.stride = shape.stride;
    layer.padding = shape.padding;
    const int64_t height = (in.height + shape.padding[0] + shape.padding[2] - shape.kernel[0]) / shape.stride[0] + 1;
    const int64_t width = (in.width + shape.padding[1] + shape.padding[3] - shape.kernel[1]) / shape.stride[1] + 1;
    return finish(layer, height, width, channels);
  }
  int finish(layers::QuantLayer& layer, int64_t height, int64_t width, int64_t channels) {
    layers::QuantTensor out;
    out.name = layer.name;
    out.height = height;
    out.width = width;
    out.channels = channels;
    out.params = {0.1, random_int(-30, 30)};
    layer.output = static_cast<int>(net_.tensors.size());
    net_.tensors.push_back(out);
    net_.layers.push_back(layer);
    return layer.output;
  }
  int same_params(int tensor, int as) {
    net_.tensors[static_cast<size_t>(tensor)].params = net_.tensors[static_cast<size_t>(as)].params;
    return tensor;
  }

  quant::QuantNet net_;
  Rng rng_;
};

// Random int8 samples [n, input size]; every fourth is extreme (only -128 and 127).
inline Tensor random_inputs(const quant::QuantNet& net, int64_t count, uint64_t seed) {
  Rng rng(seed, "inputs");
  const int64_t size = net.tensors[0].size();
  Tensor inputs(DType::kI8, {count, size});
  for (int64_t i = 0; i < inputs.size(); ++i) {
    const auto any = static_cast<int8_t>(static_cast<int64_t>(rng.below(256)) - 128);
    inputs.data<int8_t>()[i] = i / size % 4 == 3 ? static_cast<int8_t>(any < 0 ? -128 : 127) : any;
  }
  return inputs;
}

// Random raw samples [n, ...input shape].
inline Tensor random_samples(const quant::QuantNet& net, int64_t count, uint64_t seed) {
  Rng rng(seed, "samples");
  Shape shape{count};
  shape.insert(shape.end(), net.spec.input_shape.begin(), net.spec.input_shape.end());
  Tensor samples(DType::kF32, shape);
  for (int64_t i = 0; i < samples.size(); ++i) samples.data<float>()[i] = static_cast<float>(2.0 * rng.normal());
  return samples;
}

// The shape of MLPerf Tiny's keyword-spotting DS-CNN (2,656,768 multiply-accumulates), with random weights.
inline quant::QuantNet keyword_net() {
  NetBuilder b(7, {1, 49, 10});
  int t = b.conv("conv2d", 0, 64, {{10, 4}, {2, 2}, {4, 1, 5, 1}});
  for (int block = 0; block < 4; ++block) {
    t = b.depthwise("depthwise2d", t, {{3, 3}, {1, 1}, {1, 1, 1, 1}});
    t = b.conv("conv2d", t, 64, {});
  }
  b.dense(b.global_average(t), 12);
  return b.classifier();
}

}  // namespace apprentice::test
