// SPDX-License-Identifier: Apache-2.0
// What the pools share, and the empty cost and parameters of every layer without weights.
#pragma once

#include "apprentice/layers/window.h"

namespace apprentice {

Result<Shape> pool_shape(const LayerSpec& spec, const Shape& input, size_t rank);
void maxpool_float(const FloatLayerCall& call);
void maxpool_int8(const QuantLayer& layer, const QuantLayerCall& call);
// The mean counts only positions inside the input (ONNX count_include_pad = 0).
void avgpool_float(const FloatLayerCall& call);
void avgpool_int8(const QuantLayer& layer, const QuantLayerCall& call);

LayerCost no_cost(const LayerSpec& spec, const std::vector<Shape>& inputs, const Shape& output);
std::vector<ParameterInfo> no_parameters(const LayerSpec& spec, const std::vector<Shape>& inputs);

}  // namespace apprentice
