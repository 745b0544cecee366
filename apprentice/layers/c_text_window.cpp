// SPDX-License-Identifier: Apache-2.0
// The C text that convolutions, depthwise convolutions and pools of one and two dimensions share.
#include "apprentice/layers/c_text.h"

namespace apprentice::layers::c_text {
namespace {

// Weights, channels, window and output, as every layer with weights has them.
Result<std::string> weighted_constants(const CLayerCall& call, int64_t (*weight_channel)(int64_t, int64_t, int64_t)) {
  const QuantTensor& input = *call.inputs[0];
  APPRENTICE_TRY(const std::string channel_text,
                 channels(call.symbol + "_channels", call.layer, input.params.zero_point, weight_channel));
  return bytes(call.symbol + "_weights", call.layer.weights) + channel_text +
         fmt::format("static const apprentice_window {}_window = {};\n", call.symbol,
                     window(call.layer, input, *call.output)) +
         fmt::format("static const apprentice_output {}_output = {};\n", call.symbol, output(call.layer, *call.output));
}

// Whether any window of the layer reaches outside its input.
bool is_padded(const QuantLayer& layer, const QuantTensor& input, const QuantTensor& output) {
  return layer.padding[0] > 0 || layer.padding[1] > 0 ||
         (output.height - 1) * layer.stride[0] + layer.kernel[0] > input.height ||
         (output.width - 1) * layer.stride[1] + layer.kernel[1] > input.width;
}

int64_t window_bytes(const QuantLayer& layer, const QuantTensor& input) {
  return layer.kernel[0] * layer.kernel[1] * input.channels;
}

}  // namespace

int64_t convolution_scratch(const QuantLayer& layer, const QuantTensor& input, const QuantTensor& output) {
  const bool in_place = layer.kernel[0] == 1 && !is_padded(layer, input, output);
  return in_place ? 0 : 2 * window_bytes(layer, input);
}

int64_t depthwise_scratch(const QuantLayer& layer, const QuantTensor& input, const QuantTensor& output) {
  return is_padded(layer, input, output) ? window_bytes(layer, input) : 0;
}

Result<CLayerText> convolution(const CLayerCall& call) {
  APPRENTICE_TRY(const std::string constants, weighted_constants(call, outermost));
  return CLayerText{constants, fmt::format("  apprentice_conv({0}, {1}, {2}, {3}_weights, {3}_channels, {5}, "
                                           "{4},\n                  {3}_output);\n",
                                           call.input_names[0], call.output_name, call.scratch_name, call.symbol,
                                           call.output->channels, call.window_name)};
}

Result<CLayerText> depthwise(const CLayerCall& call) {
  APPRENTICE_TRY(const std::string constants, weighted_constants(call, innermost));
  return CLayerText{
      constants, fmt::format("  apprentice_depthwise({0}, {1}, {2}, {3}_weights, {3}_channels, "
                             "{4},\n                       {3}_output);\n",
                             call.input_names[0], call.output_name, call.scratch_name, call.symbol, call.window_name)};
}

Result<CLayerText> pool(const CLayerCall& call, const QuantLayer& windows, const std::string& kernel) {
  return CLayerText{
      fmt::format("static const apprentice_window {}_window = {};\n", call.symbol,
                  window(windows, *call.inputs[0], *call.output)),
      fmt::format("  {}({}, {}, {});\n", kernel, call.input_names[0], call.output_name, call.window_name)};
}

}  // namespace apprentice::layers::c_text
