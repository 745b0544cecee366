// SPDX-License-Identifier: Apache-2.0
// concat: inputs side by side along the channels; the other axes are the same.
#include <algorithm>

#include "apprentice/layers/layer.h"

namespace apprentice::layers::rows {
namespace {

Result<Shape> infer(const model::LayerSpec&, const std::vector<Shape>& inputs) {
  Shape output = inputs[0];
  for (size_t i = 1; i < inputs.size(); ++i) {
    const bool fits =
        inputs[i].size() == output.size() && std::equal(output.begin() + 1, output.end(), inputs[i].begin() + 1);
    if (!fits) {
      return bad_input("", "joins inputs that differ in their channels only, not {} and {}", to_string(inputs[0]),
                       to_string(inputs[i]));
    }
    output[0] += inputs[i][0];
  }
  return output;
}

void run_float(const FloatLayerCall& call) {
  double* out = call.output;
  for (size_t i = 0; i < call.inputs.size(); ++i) {
    out = std::copy(call.inputs[i], call.inputs[i] + element_count(call.input_shapes[i]), out);
  }
}

// All inputs and the output share scale and zero point, so this only moves bytes.
void run_int8(const QuantLayer&, const QuantLayerCall& call) {
  const int64_t positions = call.output_tensor->height * call.output_tensor->width;
  int8_t* out = call.output;
  for (int64_t position = 0; position < positions; ++position) {
    for (size_t i = 0; i < call.inputs.size(); ++i) {
      const int64_t channels = call.input_tensors[i]->channels;
      out = std::copy_n(call.inputs[i] + position * channels, channels, out);
    }
  }
}

Result<CLayerText> write_c(const CLayerCall& call) {
  CLayerText text;
  int64_t first_channel = 0;
  for (size_t i = 0; i < call.inputs.size(); ++i) {
    text.call += fmt::format("  apprentice_concat({}, {} + {}, {}, {}, {});\n", call.input_names[i], call.output_name,
                             first_channel, call.output->height * call.output->width, call.inputs[i]->channels,
                             call.output->channels);
    first_channel += call.inputs[i]->channels;
  }
  return text;
}

}  // namespace

const LayerKind concat = [] {
  LayerKind kind;
  kind.name = "concat";
  kind.summary = "joins 2 to 16 inputs along the channels";
  kind.min_inputs = 2;
  kind.max_inputs = 16;
  kind.reach = Reach::kPlace;
  kind.infer_shape = infer;
  kind.run_float = run_float;
  kind.role = Int8Role::kMoves;
  kind.run_int8 = run_int8;
  kind.c = {write_c};
  kind.onnx = {"Concat", "axis", int64_t{1}};
  return kind;
}();

}  // namespace apprentice::layers::rows
