// SPDX-License-Identifier: Apache-2.0
// relu: max(x, 0), and relu6: min(max(x, 0), 6). In the int8 net mostly fused into the layer before; alone they clamp
// to their activation range.
#include <algorithm>

#include "apprentice/layers/elementwise.h"
#include "apprentice/layers/requantize.h"

namespace apprentice::layers::rows {
namespace {

double clamp(double x) { return std::max(x, 0.0); }
double clamp6(double x) { return std::min(std::max(x, 0.0), 6.0); }

void run_int8(const QuantLayer& layer, const QuantLayerCall& call) {
  for (int64_t i = 0; i < call.output_tensor->size(); ++i) {
    call.output[i] = clamp_int8(call.inputs[0][i], layer.activation_min, layer.activation_max);
  }
}

Result<CLayerText> write_c(const CLayerCall& call) {
  return CLayerText{"",
                    fmt::format("  apprentice_clamp_all({}, {}, {}, {}, {});\n", call.input_names[0], call.output_name,
                                call.output->size(), call.layer.activation_min, call.layer.activation_max)};
}

constexpr LayerKind row(const char* name, const char* summary) {
  LayerKind kind;
  kind.name = name;
  kind.summary = summary;
  kind.role = Int8Role::kClamps;
  kind.run_int8 = run_int8;
  kind.c = {write_c, nullptr, COverlap::kInPlace};
  return kind;
}

}  // namespace

const LayerKind relu = [] {
  LayerKind kind = row("relu", "max(x, 0)");
  kind.run_float = each_value<clamp>;
  kind.range.low = 0.0;
  kind.onnx = {"Relu"};
  return kind;
}();

const LayerKind relu6 = [] {
  LayerKind kind = row("relu6", "min(max(x, 0), 6)");
  kind.run_float = each_value<clamp6>;
  kind.range = {0.0, 6.0};
  kind.onnx = {"Clip"};
  return kind;
}();

}  // namespace apprentice::layers::rows
