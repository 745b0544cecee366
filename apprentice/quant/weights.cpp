// SPDX-License-Identifier: Apache-2.0
#include "apprentice/quant/weights.h"

#include <algorithm>
#include <cmath>

#include "apprentice/layers/layer.h"

namespace apprentice::quant {
namespace {

const Tensor& parameter(const model::Model& model, const model::LayerSpec& layer, const char* suffix) {
  return model.weights.at(layer.name + suffix);
}

}  // namespace

LayerWeights layer_weights(const model::Model& model, size_t index, const layers::QuantTensor& input) {
  const model::LayerSpec& layer = model.spec.layers[index];
  const layers::LayerKind& kind = layers::layer_kind(layer.kind);
  if (kind.role == layers::Int8Role::kFolds) {
    layers::ChannelAffine affine = kind.affine(model.weights, layer.name);
    return {std::move(affine.factor), std::move(affine.offset), true};
  }
  const Tensor& weight = parameter(model, layer, ".weight");
  const Tensor& bias = parameter(model, layer, ".bias");
  LayerWeights result;
  result.channel_last = kind.depthwise;
  result.bias.assign(bias.data<float>(), bias.data<float>() + bias.size());
  // Float order [out][in][tap]; a dense layer after flatten has a tap per position.
  const int64_t in = kind.depthwise ? 1 : input.channels;
  const int64_t out = bias.size(), taps = weight.size() / (in * out);
  result.weights.resize(static_cast<size_t>(weight.size()));
  for (int64_t i = 0; i < weight.size(); ++i) {
    const int64_t tap = i % taps, c = i / taps % in, o = i / taps / in;
    const int64_t to = result.channel_last ? tap * out + o : (o * taps + tap) * in + c;
    result.weights[static_cast<size_t>(to)] = double{weight.data<float>()[i]};
  }
  return result;
}

std::vector<double> weight_scales(const LayerWeights& weights, double input_scale) {
  std::vector<double> scales(weights.bias.size(), 0.0);
  for (size_t i = 0; i < weights.weights.size(); ++i) {
    double& scale = scales[weights.channel_of(i)];
    scale = std::max(scale, std::abs(weights.weights[i]) / 127.0);
  }
  const double largest = *std::max_element(scales.begin(), scales.end());
  for (size_t c = 0; c < scales.size(); ++c) {
    if (scales[c] == 0.0) scales[c] = largest > 0.0 ? largest : 1.0;
    // The float32 rounding below must not bring the bias back over its bound.
    const double for_bias = std::abs(weights.bias[c]) / (input_scale * kMostBias) * (1.0 + 0x1p-20);
    scales[c] = double{static_cast<float>(std::max({scales[c], for_bias, 0x1p-100}))};
  }
  return scales;
}

std::vector<int8_t> rounded_weights(const LayerWeights& weights, const std::vector<double>& scales) {
  std::vector<int8_t> result;
  for (size_t i = 0; i < weights.weights.size(); ++i) {
    const double q = std::nearbyint(weights.weights[i] / scales[weights.channel_of(i)]);
    result.push_back(static_cast<int8_t>(std::min(std::max(q, -127.0), 127.0)));
  }
  return result;
}

std::vector<int32_t> rounded_bias(const LayerWeights& weights, const std::vector<double>& scales, double input_scale) {
  std::vector<int32_t> result;
  for (size_t c = 0; c < scales.size(); ++c) {
    const double q = std::nearbyint(weights.bias[c] / (input_scale * scales[c]));
    promise(std::abs(q) <= kMostBias, "a bias fits its scale");
    result.push_back(static_cast<int32_t>(q));
  }
  return result;
}

int8_t byte_of(double real, const layers::QuantParams& params) {
  const double q = params.zero_point + std::nearbyint(real / params.scale);
  return static_cast<int8_t>(std::min(std::max(q, -128.0), 127.0));
}

std::vector<int8_t> lookup_table(double (*value)(double x), const layers::QuantParams& input,
                                 const layers::QuantParams& output) {
  std::vector<int8_t> table;
  for (int32_t q = -128; q <= 127; ++q) table.push_back(byte_of(value(input.scale * (q - input.zero_point)), output));
  return table;
}

}  // namespace apprentice::quant
