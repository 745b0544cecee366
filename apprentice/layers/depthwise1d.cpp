// SPDX-License-Identifier: Apache-2.0
// depthwise1d: [channels, time], each output channel sees its own input channel only.
#include "apprentice/layers/depthwise.h"
#include "apprentice/layers/rows.h"

namespace apprentice::layer_rows {

const LayerKind depthwise1d = {
    "depthwise1d",
    "one filter per channel over [channels, time]; kernel, stride, padding",
    1,
    1,
    [](const LayerSpec& spec, const std::vector<Shape>& inputs) { return depthwise_shape(spec, inputs[0], 2); },
    depthwise_cost,
    depthwise_parameters,
    depthwise_float,
    depthwise_int8};

}  // namespace apprentice::layer_rows
