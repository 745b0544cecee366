// SPDX-License-Identifier: Apache-2.0
#include "apprentice/onnx/format/graph.h"

#include <fmt/ranges.h>

#include <set>

namespace apprentice::onnx {
namespace {

bool is_parameter(const Tensor& tensor) {
  switch (tensor.dtype()) {
    case DType::kF32:
    case DType::kF64:
    case DType::kF16:
    case DType::kBF16:
    case DType::kI8:
    case DType::kU8: return true;
    default: return false;
  }
}

void add_summary(const OnnxGraph& graph, OnnxSummary& summary) {
  for (const auto& [name, tensor] : graph.initializers)
    if (is_parameter(tensor)) summary.parameters += tensor.size();
  for (const OnnxNode& node : graph.nodes) {
    ++summary.operators[node.domain.empty() ? node.op : node.domain + "." + node.op];
    for (const auto& [name, attribute] : node.attributes) {
      if (attribute.graph != nullptr) add_summary(*attribute.graph, summary);
      if (node.op == "Constant" && attribute.kind == OnnxAttributeKind::kTensor && is_parameter(attribute.tensor))
        summary.parameters += attribute.tensor.size();
    }
  }
}

}  // namespace

const char* to_string(OnnxAttributeKind kind) {
  static const char* const names[] = {"a number",           "an integer",        "a string",
                                      "a tensor",           "a graph",           "a list of numbers",
                                      "a list of integers", "a list of strings", "a type"};
  return names[static_cast<int>(kind)];
}

std::string describe(const OnnxNode& node) {
  std::string name = node.name;
  for (size_t i = 0; name.empty() && i < node.outputs.size(); ++i) name = node.outputs[i];
  const std::string op = node.domain.empty() ? node.op : node.domain + "." + node.op;
  return fmt::format("node '{}' ({}, opset {})", name, op.empty() ? "no operator" : op, node.opset);
}

std::string shape_text(const OnnxValueInfo& value) {
  if (!value.has_shape) return "[...]";
  std::vector<std::string> parts;
  for (const OnnxDim& dim : value.dims)
    parts.push_back(dim.size >= 0 ? std::to_string(dim.size) : dim.symbol.empty() ? "?" : dim.symbol);
  return fmt::format("[{}]", fmt::join(parts, ", "));
}

std::vector<std::string> outer_names(const OnnxGraph& graph) {
  std::set<std::string> made, outer;
  for (const auto& [name, tensor] : graph.initializers) made.insert(name);
  for (const OnnxValueInfo& input : graph.inputs) made.insert(input.name);
  for (const OnnxNode& node : graph.nodes)
    for (const std::string& output : node.outputs) made.insert(output);
  const auto use = [&](const std::string& name) {
    if (!name.empty() && made.count(name) == 0) outer.insert(name);
  };
  for (const OnnxNode& node : graph.nodes) {
    for (const std::string& input : node.inputs) use(input);
    for (const auto& [key, attribute] : node.attributes) {
      if (attribute.graph == nullptr) continue;
      for (const std::string& name : outer_names(*attribute.graph)) use(name);
    }
  }
  for (const OnnxValueInfo& output : graph.outputs) use(output.name);
  return {outer.begin(), outer.end()};
}

OnnxSummary summarize(const OnnxGraph& graph) {
  OnnxSummary summary;
  add_summary(graph, summary);
  return summary;
}

}  // namespace apprentice::onnx
