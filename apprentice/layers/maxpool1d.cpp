// SPDX-License-Identifier: Apache-2.0
// maxpool1d: the largest value of each window of [channels, time]; padding does not count.
#include "apprentice/layers/pool.h"
#include "apprentice/layers/rows.h"

namespace apprentice::layer_rows {

const LayerKind maxpool1d = {
    "maxpool1d",
    "largest value of a window over [channels, time]; kernel, stride, padding (not counted)",
    1,
    1,
    [](const LayerSpec& spec, const std::vector<Shape>& inputs) { return pool_shape(spec, inputs[0], 2); },
    no_cost,
    no_parameters,
    maxpool_float,
    maxpool_int8};

}  // namespace apprentice::layer_rows
