// SPDX-License-Identifier: Apache-2.0
// add: the sum of two tensors of the same shape.
#include "apprentice/layers/layer.h"
#include "apprentice/layers/requantize.h"

namespace apprentice::layers::rows {
namespace {

Result<Shape> infer(const model::LayerSpec&, const std::vector<Shape>& inputs) {
  if (inputs[0] == inputs[1]) return inputs[0];
  return bad_input("", "adds two inputs of the same shape, not {} and {}", to_string(inputs[0]), to_string(inputs[1]));
}

void run_float(const FloatLayerCall& call) {
  for (int64_t i = 0; i < element_count(call.output_shape); ++i) call.output[i] = call.inputs[0][i] + call.inputs[1][i];
}

// One rounding for both inputs: (x1 - z1) * A + (x2 - z2) * B.
void run_int8(const QuantLayer& layer, const QuantLayerCall& call) {
  const int64_t zero_1 = call.input_tensors[0]->params.zero_point, zero_2 = call.input_tensors[1]->params.zero_point;
  const int64_t zero_out = call.output_tensor->params.zero_point;
  for (int64_t i = 0; i < call.output_tensor->size(); ++i) {
    const int64_t sum =
        (call.inputs[0][i] - zero_1) * layer.multipliers[0] + (call.inputs[1][i] - zero_2) * layer.multipliers[1];
    call.output[i] = clamp_int8(rounded_shift(sum, layer.shift) + zero_out, layer.activation_min, layer.activation_max);
  }
}

Result<CLayerText> write_c(const CLayerCall& call) {
  CLayerText text;
  text.constants = fmt::format("static const apprentice_output {}_output = {};\n", call.symbol,
                               c_text::output(call.layer, *call.output));
  text.call =
      fmt::format("  apprentice_add({}, {}, {}, {}, {}, {}, {}, {}, {}_output);\n", call.input_names[0],
                  call.input_names[1], call.output_name, call.output->size(), call.inputs[0]->params.zero_point,
                  call.layer.multipliers[0], call.inputs[1]->params.zero_point, call.layer.multipliers[1], call.symbol);
  return text;
}

}  // namespace

const LayerKind add = [] {
  LayerKind kind;
  kind.name = "add";
  kind.summary = "sum of two inputs of the same shape";
  kind.min_inputs = kind.max_inputs = 2;
  kind.infer_shape = infer;
  kind.run_float = run_float;
  kind.role = Int8Role::kSum;
  kind.run_int8 = run_int8;
  kind.c = {write_c, nullptr, COverlap::kInPlace};
  kind.onnx = {"Add"};
  return kind;
}();

}  // namespace apprentice::layers::rows
