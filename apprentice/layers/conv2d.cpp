// SPDX-License-Identifier: Apache-2.0
// conv2d: [channels, height, width], every output channel sees every input channel.
#include "apprentice/layers/conv.h"
#include "apprentice/layers/rows.h"

namespace apprentice::layer_rows {

const LayerKind conv2d = {
    "conv2d",
    "convolution over [channels, height, width]; channels, kernel, stride, padding",
    1,
    1,
    [](const LayerSpec& spec, const std::vector<Shape>& inputs) { return conv_shape(spec, inputs[0], 3); },
    conv_cost,
    conv_parameters,
    conv_float,
    conv_int8};

}  // namespace apprentice::layer_rows
