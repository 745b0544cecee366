// SPDX-License-Identifier: Apache-2.0
// What depthwise1d and depthwise2d share. Weights [channels, 1, kernel...], bias [channels]; padding is zeros.
#pragma once

#include "apprentice/layers/window.h"

namespace apprentice {

// LayerSpec::channels is 0 or the input's channels.
Result<Shape> depthwise_shape(const LayerSpec& spec, const Shape& input, size_t rank);
LayerCost depthwise_cost(const LayerSpec& spec, const std::vector<Shape>& inputs, const Shape& output);
std::vector<ParameterInfo> depthwise_parameters(const LayerSpec& spec, const std::vector<Shape>& inputs);
void depthwise_float(const FloatLayerCall& call);
void depthwise_int8(const QuantLayer& layer, const QuantLayerCall& call);

}  // namespace apprentice
