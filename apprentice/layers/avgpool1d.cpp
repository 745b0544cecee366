// SPDX-License-Identifier: Apache-2.0
// avgpool1d: the mean value of each window of [channels, time]; padding does not count.
#include "apprentice/layers/pool.h"
#include "apprentice/layers/rows.h"

namespace apprentice::layer_rows {

const LayerKind avgpool1d = {
    "avgpool1d",
    "mean value of a window over [channels, time]; kernel, stride, padding (not counted)",
    1,
    1,
    [](const LayerSpec& spec, const std::vector<Shape>& inputs) { return pool_shape(spec, inputs[0], 2); },
    no_cost,
    no_parameters,
    avgpool_float,
    avgpool_int8};

}  // namespace apprentice::layer_rows
