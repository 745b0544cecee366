// SPDX-License-Identifier: Apache-2.0
// What kinds share whose int8 form is a table, QuantLayer::weights: the byte for each byte of the input.
#pragma once

#include "apprentice/layers/elementwise.h"

namespace apprentice::layers {

void lookup_int8(const QuantLayer& layer, const QuantLayerCall& call);
Result<CLayerText> lookup_c(const CLayerCall& call);

// `range`: what 256 bytes of the output's fixed scale cover.
template <double (*value)(double x)>
constexpr LayerKind lookup_row(const char* name, const char* summary, QuantRange range, const char* onnx_op) {
  LayerKind kind;
  kind.name = name;
  kind.summary = summary;
  kind.run_float = each_value<value>;
  kind.role = Int8Role::kLooksUp;
  kind.run_int8 = lookup_int8;
  kind.range = range;
  kind.value = value;
  kind.c = {lookup_c, nullptr, COverlap::kInPlace, "apprentice_lookup.h"};
  kind.onnx = {onnx_op};
  return kind;
}

}  // namespace apprentice::layers
