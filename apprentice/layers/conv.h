// SPDX-License-Identifier: Apache-2.0
// What conv1d and conv2d share. Weights [out, in, kernel...], bias [out]; padding is zeros.
#pragma once

#include "apprentice/layers/window.h"

namespace apprentice {

Result<Shape> conv_shape(const LayerSpec& spec, const Shape& input, size_t rank);
LayerCost conv_cost(const LayerSpec& spec, const std::vector<Shape>& inputs, const Shape& output);
std::vector<ParameterInfo> conv_parameters(const LayerSpec& spec, const std::vector<Shape>& inputs);
void conv_float(const FloatLayerCall& call);
void conv_int8(const QuantLayer& layer, const QuantLayerCall& call);

}  // namespace apprentice
