// SPDX-License-Identifier: Apache-2.0
// globalavgpool in C: an average pool whose window is the whole input.
#include "apprentice/layers/c_text.h"

namespace apprentice::c_layer_rows_table {
namespace {

Result<CLayerText> write(const CLayerCall& call) {
  QuantLayer whole;
  whole.kernel = {call.inputs[0]->height, call.inputs[0]->width};
  const CLayerCall pool{whole, call.inputs, call.output, call.symbol, call.input_names, call.output_name, ""};
  return c_text::avgpool(pool);
}

}  // namespace

const CLayerRow globalavgpool = {"globalavgpool", write, nullptr, false};

}  // namespace apprentice::c_layer_rows_table
