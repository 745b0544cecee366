// SPDX-License-Identifier: Apache-2.0
// conv1d: [channels, time], every output channel sees every input channel.
#include "apprentice/layers/conv.h"
#include "apprentice/layers/rows.h"

namespace apprentice::layer_rows {

const LayerKind conv1d = {
    "conv1d",
    "convolution over [channels, time]; channels, kernel, stride, padding",
    1,
    1,
    [](const LayerSpec& spec, const std::vector<Shape>& inputs) { return conv_shape(spec, inputs[0], 2); },
    conv_cost,
    conv_parameters,
    conv_float,
    conv_int8};

}  // namespace apprentice::layer_rows
