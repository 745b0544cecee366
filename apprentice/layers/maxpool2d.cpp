// SPDX-License-Identifier: Apache-2.0
// maxpool2d: the largest value of each window of [channels, height, width]; padding does not count.
#include "apprentice/layers/pool.h"
#include "apprentice/layers/rows.h"

namespace apprentice::layer_rows {

const LayerKind maxpool2d = {
    "maxpool2d",
    "largest value of a window over [channels, height, width]; kernel, stride, padding (not counted)",
    1,
    1,
    [](const LayerSpec& spec, const std::vector<Shape>& inputs) { return pool_shape(spec, inputs[0], 3); },
    no_cost,
    no_parameters,
    maxpool_float,
    maxpool_int8};

}  // namespace apprentice::layer_rows
