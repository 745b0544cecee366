// SPDX-License-Identifier: Apache-2.0
// flatten: [channels, ...] to [features], channel-first order. The int8 net has none: bytes stay channel-last and the
// weights of the dense layer after it are permuted instead.
#include <algorithm>

#include "apprentice/layers/pool.h"
#include "apprentice/layers/rows.h"

namespace apprentice::layer_rows {

const LayerKind flatten = {
    "flatten",
    "[channels, ...] to [features]",
    1,
    1,
    [](const LayerSpec&, const std::vector<Shape>& inputs) -> Result<Shape> { return Shape{element_count(inputs[0])}; },
    no_cost,
    no_parameters,
    [](const FloatLayerCall& call) { std::copy_n(call.inputs[0], element_count(call.output_shape), call.output); },
    nullptr};

}  // namespace apprentice::layer_rows
