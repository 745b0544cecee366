// SPDX-License-Identifier: Apache-2.0
// globalavgpool: [channels, time] or [channels, height, width] to [channels], the mean of each channel.
#include "apprentice/layers/pool.h"
#include "apprentice/layers/rows.h"

namespace apprentice::layer_rows {
namespace {

Result<Shape> infer(const LayerSpec&, const std::vector<Shape>& inputs) {
  if (inputs[0].size() >= 2) return Shape{inputs[0][0]};
  return bad_input("", "takes [channels, time] or [channels, height, width], not {}", to_string(inputs[0]));
}

void run_float(const FloatLayerCall& call) {
  const int64_t plane = element_count(call.input_shapes[0]) / call.output_shape[0];
  for (int64_t c = 0; c < call.output_shape[0]; ++c) {
    double sum = 0.0;
    for (int64_t i = 0; i < plane; ++i) sum += call.inputs[0][c * plane + i];
    call.output[c] = sum / static_cast<double>(plane);
  }
}

// An average pool whose window is the whole input.
void run_int8(const QuantLayer& layer, const QuantLayerCall& call) {
  QuantLayer whole;
  whole.name = layer.name;
  whole.kernel = {call.input_tensors[0]->height, call.input_tensors[0]->width};
  avgpool_int8(whole, call);
}

}  // namespace

const LayerKind globalavgpool = {"globalavgpool",
                                 "mean of each channel: [channels, ...] to [channels]",
                                 1,
                                 1,
                                 infer,
                                 no_cost,
                                 no_parameters,
                                 run_float,
                                 run_int8};

}  // namespace apprentice::layer_rows
