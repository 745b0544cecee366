// SPDX-License-Identifier: Apache-2.0
// add in C; it may write over either of its inputs.
#include "apprentice/layers/c_text.h"

namespace apprentice::c_layer_rows_table {
namespace {

Result<CLayerText> write(const CLayerCall& call) {
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

const CLayerRow add = {"add", write, nullptr, true};

}  // namespace apprentice::c_layer_rows_table
