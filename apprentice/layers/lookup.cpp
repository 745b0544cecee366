// SPDX-License-Identifier: Apache-2.0
#include "apprentice/layers/lookup.h"

namespace apprentice::layers {

void lookup_int8(const QuantLayer& layer, const QuantLayerCall& call) {
  std::transform(call.inputs[0], call.inputs[0] + call.output_tensor->size(), call.output,
                 [&](int8_t x) { return layer.weights[static_cast<size_t>(x + 128)]; });
}

Result<CLayerText> lookup_c(const CLayerCall& call) {
  return CLayerText{c_text::bytes(call.symbol + "_table", call.layer.weights),
                    fmt::format("  apprentice_lookup({}, {}, {}, {}_table);\n", call.input_names[0], call.output_name,
                                call.output->size(), call.symbol)};
}

}  // namespace apprentice::layers
