// SPDX-License-Identifier: Apache-2.0
#include "apprentice/onnx/run/widen.h"

#include <algorithm>
#include <set>

namespace apprentice::onnx::run {
namespace {

// ONNX's numbers of types, as Cast names them.
constexpr int64_t kOnnxFloat = 1, kOnnxFloat16 = 10, kOnnxBfloat16 = 16;

bool knows_type(const OnnxValueInfo& value) { return value.kind == OnnxValueKind::kTensor && value.dtype.has_value(); }

bool holds_half(const OnnxGraph& graph) {
  const auto half_value = [](const OnnxValueInfo& value) { return is_half(*value.dtype); };
  return std::any_of(graph.inputs.begin(), graph.inputs.end(), half_value) ||
         std::any_of(graph.initializers.begin(), graph.initializers.end(),
                     [](const auto& item) { return is_half(item.second.dtype()); });
}

bool depends_on_rounding(const OnnxNode& node) {
  static const std::set<std::string> kTypes = {"dtype", "output_dtype", "softmax_precision"};
  if (!node.domain.empty()) return true;
  for (const char* part : {"Quantize", "Integer", "QLinear"})
    if (node.op.find(part) != std::string::npos) return true;
  return std::any_of(node.attributes.begin(), node.attributes.end(), [](const auto& attribute) {
    return attribute.second.graph != nullptr || kTypes.count(attribute.first) > 0;
  });
}

void widen(Tensor& tensor) {
  if (is_half(tensor.dtype())) tensor = tensor.to_f32();
}

void widen(OnnxNode& node) {
  for (auto& [name, attribute] : node.attributes) {
    if (attribute.kind == OnnxAttributeKind::kTensor) widen(attribute.tensor);
    const bool is_type = node.op == "Cast" && name == "to";
    if (is_type && (attribute.integer == kOnnxFloat16 || attribute.integer == kOnnxBfloat16))
      attribute.integer = kOnnxFloat;
  }
}

}  // namespace

bool is_half(DType dtype) { return dtype == DType::kF16 || dtype == DType::kBF16; }

std::optional<OnnxGraph> widened(const OnnxGraph& graph) {
  for (const auto* values : {&graph.inputs, &graph.outputs})
    if (!std::all_of(values->begin(), values->end(), knows_type)) return std::nullopt;
  if (!holds_half(graph) || std::any_of(graph.nodes.begin(), graph.nodes.end(), depends_on_rounding))
    return std::nullopt;
  OnnxGraph wide = graph;
  for (auto& item : wide.initializers) widen(item.second);
  for (OnnxNode& node : wide.nodes) widen(node);
  return wide;
}

}  // namespace apprentice::onnx::run
