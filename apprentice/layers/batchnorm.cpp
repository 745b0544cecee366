// SPDX-License-Identifier: Apache-2.0
// batchnorm: y = gamma * (x - mean) / sqrt(variance + kBatchNormEpsilon) + beta per channel (Ioffe and Szegedy 2015).
// In the int8 net it is folded into a neighbour, or becomes a depthwise layer with a 1x1 kernel.
#include <cmath>

#include "apprentice/layers/pool.h"
#include "apprentice/layers/rows.h"

namespace apprentice::layer_rows {
namespace {

std::vector<ParameterInfo> parameters(const LayerSpec&, const std::vector<Shape>& inputs) {
  const Shape channels{inputs[0][0]};
  return {{"gamma", channels, true, ParameterInfo::Init::kOnes},
          {"beta", channels},
          {"mean", channels, false},
          {"variance", channels, false, ParameterInfo::Init::kOnes}};
}

void run_float(const FloatLayerCall& call) {
  const int64_t channels = call.output_shape[0], plane = element_count(call.output_shape) / channels;
  for (int64_t c = 0; c < channels; ++c) {
    const double factor = double{call.weights[0][c]} / std::sqrt(double{call.weights[3][c]} + kBatchNormEpsilon);
    const double offset = double{call.weights[1][c]} - factor * double{call.weights[2][c]};
    for (int64_t i = c * plane; i < (c + 1) * plane; ++i) call.output[i] = factor * call.inputs[0][i] + offset;
  }
}

}  // namespace

const LayerKind batchnorm = {
    "batchnorm",
    "normalises each channel; folded away for the device",
    1,
    1,
    [](const LayerSpec&, const std::vector<Shape>& inputs) -> Result<Shape> { return inputs[0]; },
    no_cost,
    parameters,
    run_float,
    nullptr};

}  // namespace apprentice::layer_rows
