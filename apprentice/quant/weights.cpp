// SPDX-License-Identifier: Apache-2.0
#include "apprentice/quant/weights.h"

#include <algorithm>
#include <cmath>

#include "apprentice/layers/layer.h"

namespace apprentice {
namespace {

const Tensor& parameter(const Model& model, const LayerSpec& layer, const char* suffix) {
  return model.weights.at(layer.name + suffix);
}

LayerWeights norm_weights(const Model& model, const LayerSpec& layer) {
  LayerWeights result;
  result.channel_last = true;
  for (int64_t c = 0; c < parameter(model, layer, ".gamma").size(); ++c) {
    const auto value = [&](const char* suffix) { return double{parameter(model, layer, suffix).data<float>()[c]}; };
    result.weights.push_back(value(".gamma") / std::sqrt(value(".variance") + kBatchNormEpsilon));
    result.bias.push_back(value(".beta") - result.weights.back() * value(".mean"));
  }
  return result;
}

}  // namespace

bool has_weights(const std::string& kind) {
  for (const char* known : {"dense", "conv1d", "conv2d", "depthwise1d", "depthwise2d"}) {
    if (kind == known) return true;
  }
  return false;
}

LayerWeights layer_weights(const Model& model, size_t index, const QuantTensor& input) {
  const LayerSpec& layer = model.spec.layers[index];
  if (layer.kind == "batchnorm") return norm_weights(model, layer);
  const Tensor& weight = parameter(model, layer, ".weight");
  const Tensor& bias = parameter(model, layer, ".bias");
  LayerWeights result;
  result.channel_last = layer.kind == "depthwise1d" || layer.kind == "depthwise2d";
  result.bias.assign(bias.data<float>(), bias.data<float>() + bias.size());
  // Float order [out][in][tap]: dense after flatten has a tap per position, depthwise one input per output.
  const int64_t in = layer.kind == "dense" ? input.channels : weight.shape()[1];
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

}  // namespace apprentice
