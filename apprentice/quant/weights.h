// SPDX-License-Identifier: Apache-2.0
// Weights of one layer on their way from float to int8: order, scales, rounding.
#pragma once

#include <vector>

#include "apprentice/layers/quant_layer.h"
#include "apprentice/model/net_spec.h"

namespace apprentice::quant {

// In the order of QuantLayer::weights; a batch norm is a depthwise layer of one tap.
struct LayerWeights {
  std::vector<double> weights, bias;
  bool channel_last = false;  // LayerKind::depthwise: the output channel is the last index, else the first
  size_t channel_of(size_t index) const {
    return channel_last ? index % bias.size() : index / (weights.size() / bias.size());
  }
};
// `input` is the int8 tensor that the layer reads, for the order of a dense layer's inputs.
LayerWeights layer_weights(const model::Model& model, size_t layer, const layers::QuantTensor& input);

// Largest bias in units of its scale, so that an int32 accumulator holds bias and products.
inline constexpr int32_t kMostBias = (1 << 30) - 1;
// Largest 256 * sum of |w| of one output channel.
inline constexpr int64_t kMostProducts = int64_t{1} << 30;

// Per output channel, rounded to float32: max |w| / 127, more where the bias needs it.
std::vector<double> weight_scales(const LayerWeights& weights, double input_scale);
std::vector<int8_t> rounded_weights(const LayerWeights& weights, const std::vector<double>& scales);
std::vector<int32_t> rounded_bias(const LayerWeights& weights, const std::vector<double>& scales, double input_scale);

// The nearest byte to a real value, ties to even, in float64; infinities are the ends.
int8_t byte_of(double real, const layers::QuantParams& params);
// byte_of(value(input)) for each byte of the input, -128 first.
std::vector<int8_t> lookup_table(double (*value)(double x), const layers::QuantParams& input,
                                 const layers::QuantParams& output);

}  // namespace apprentice::quant
