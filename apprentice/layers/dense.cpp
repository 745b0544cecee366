// SPDX-License-Identifier: Apache-2.0
// dense: [features] to [channels]; weights [out, in], bias [out].
#include "apprentice/layers/layer.h"
#include "apprentice/layers/requantize.h"

namespace apprentice::layers::rows {
namespace {

Result<Shape> infer(const model::LayerSpec& spec, const std::vector<Shape>& inputs) {
  if (spec.channels < 1) return bad_input("", "needs channels (its units) of at least 1");
  if (inputs[0].size() == 1) return Shape{spec.channels};
  return bad_input("", "takes [features], not {}; put a flatten or globalavgpool layer before it",
                   to_string(inputs[0]));
}

LayerCost cost(const model::LayerSpec& spec, const std::vector<Shape>& inputs, const Shape&) {
  return {spec.channels * inputs[0][0], spec.channels * (inputs[0][0] + 1)};
}

std::vector<ParameterInfo> parameters(const model::LayerSpec& spec, const std::vector<Shape>& inputs) {
  const int64_t in = inputs[0][0];
  return {{"weight", {spec.channels, in}, true, ParameterInfo::Init::kKaimingUniform, in}, {"bias", {spec.channels}}};
}

void run_float(const FloatLayerCall& call) {
  const int64_t in = call.input_shapes[0][0];
  for (int64_t o = 0; o < call.output_shape[0]; ++o) {
    const float* weight = call.weights[0] + o * in;
    double sum = double{call.weights[1][o]};
    for (int64_t i = 0; i < in; ++i) sum += double{weight[i]} * call.inputs[0][i];
    call.output[o] = sum;
  }
}

void run_int8(const QuantLayer& layer, const QuantLayerCall& call) {
  const int64_t in = call.input_tensors[0]->size();
  const int32_t zero_in = call.input_tensors[0]->params.zero_point;
  const int8_t* x = call.inputs[0];
  for (int64_t o = 0; o < call.output_tensor->channels; ++o) {
    const int8_t* weight = layer.weights.data() + o * in;
    int32_t sum = 0;
    for (int64_t i = 0; i < in; ++i) sum += (x[i] - zero_in) * weight[i];
    const auto channel = static_cast<size_t>(o);
    call.output[o] = requantize(sum + layer.bias[channel], layer, channel, call.output_tensor->params.zero_point);
  }
}

Result<CLayerText> write_c(const CLayerCall& call) {
  APPRENTICE_TRY(const std::string channels, c_text::channels(call.symbol + "_channels", call.layer,
                                                              call.inputs[0]->params.zero_point, c_text::outermost));
  CLayerText text;
  text.constants = c_text::bytes(call.symbol + "_weights", call.layer.weights) + channels +
                   fmt::format("static const apprentice_output {}_output = {};\n", call.symbol,
                               c_text::output(call.layer, *call.output));
  text.call =
      fmt::format("  apprentice_dense({0}, {1}, {2}_weights, {2}_channels, {3}, {4}, {2}_output);\n",
                  call.input_names[0], call.output_name, call.symbol, call.inputs[0]->size(), call.output->size());
  return text;
}

}  // namespace

const LayerKind dense = [] {
  LayerKind kind;
  kind.name = "dense";
  kind.summary = "every output sees every input: [features] to [channels]; channels";
  kind.reach = Reach::kAll;
  kind.infer_shape = infer;
  kind.cost = cost;
  kind.parameters = parameters;
  kind.run_float = run_float;
  kind.role = Int8Role::kWeights;
  kind.run_int8 = run_int8;
  kind.c = {write_c};
  kind.onnx = {"Gemm", "transB", int64_t{1}};
  return kind;
}();

}  // namespace apprentice::layers::rows
