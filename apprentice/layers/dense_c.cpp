// SPDX-License-Identifier: Apache-2.0
// dense in C.
#include "apprentice/layers/c_text.h"

namespace apprentice::c_layer_rows_table {
namespace {

Result<CLayerText> write(const CLayerCall& call) {
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

const CLayerRow dense = {"dense", write, nullptr, false};

}  // namespace apprentice::c_layer_rows_table
