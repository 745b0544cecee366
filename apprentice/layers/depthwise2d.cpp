// SPDX-License-Identifier: Apache-2.0
// depthwise2d: [channels, height, width], each output channel sees its own input channel only.
#include "apprentice/layers/depthwise.h"
#include "apprentice/layers/rows.h"

namespace apprentice::layer_rows {

const LayerKind depthwise2d = {
    "depthwise2d",
    "one filter per channel over [channels, height, width]; kernel, stride, padding",
    1,
    1,
    [](const LayerSpec& spec, const std::vector<Shape>& inputs) { return depthwise_shape(spec, inputs[0], 3); },
    depthwise_cost,
    depthwise_parameters,
    depthwise_float,
    depthwise_int8};

}  // namespace apprentice::layer_rows
