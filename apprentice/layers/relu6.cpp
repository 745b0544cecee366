// SPDX-License-Identifier: Apache-2.0
// relu6: min(max(x, 0), 6). In the int8 net mostly fused into the layer before it; alone it clamps to its activation
// range.
#include <algorithm>

#include "apprentice/layers/pool.h"
#include "apprentice/layers/requantize.h"
#include "apprentice/layers/rows.h"

namespace apprentice::layer_rows {
namespace {

void run_float(const FloatLayerCall& call) {
  const int64_t count = element_count(call.output_shape);
  std::transform(call.inputs[0], call.inputs[0] + count, call.output,
                 [](double x) { return std::min(std::max(x, 0.0), 6.0); });
}

void run_int8(const QuantLayer& layer, const QuantLayerCall& call) {
  for (int64_t i = 0; i < call.output_tensor->size(); ++i) {
    call.output[i] = clamp_int8(call.inputs[0][i], layer.activation_min, layer.activation_max);
  }
}

}  // namespace

const LayerKind relu6 = {"relu6",
                         "min(max(x, 0), 6)",
                         1,
                         1,
                         [](const LayerSpec&, const std::vector<Shape>& inputs) -> Result<Shape> { return inputs[0]; },
                         no_cost,
                         no_parameters,
                         run_float,
                         run_int8};

}  // namespace apprentice::layer_rows
