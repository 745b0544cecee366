// SPDX-License-Identifier: Apache-2.0
// concat in C: one copy per input.
#include "apprentice/layers/c_text.h"

namespace apprentice::c_layer_rows_table {
namespace {

Result<CLayerText> write(const CLayerCall& call) {
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

const CLayerRow concat = {"concat", write, nullptr, false};

}  // namespace apprentice::c_layer_rows_table
