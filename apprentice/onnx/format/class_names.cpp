// SPDX-License-Identifier: Apache-2.0
#include "apprentice/onnx/format/class_names.h"

#include <algorithm>
#include <set>

namespace apprentice::onnx {
namespace {

std::vector<std::string> names_of_node(const OnnxNode& node) {
  if (node.domain != "ai.onnx.ml") return {};
  for (const char* key : {"classlabels_strings", "classlabels_int64s", "classlabels_ints"}) {
    const auto found = node.attributes.find(key);
    if (found == node.attributes.end()) continue;
    std::vector<std::string> names = found->second.texts;
    for (const int64_t label : found->second.integers) names.push_back(std::to_string(label));
    if (!names.empty()) return names;
  }
  return {};
}

}  // namespace

std::vector<std::string> class_names_in(const OnnxGraph& graph, const std::string& output) {
  std::set<std::string> behind{output};
  for (auto node = graph.nodes.rbegin(); node != graph.nodes.rend(); ++node) {
    const auto is_behind = [&](const std::string& name) { return behind.count(name) != 0; };
    if (std::none_of(node->outputs.begin(), node->outputs.end(), is_behind)) continue;
    std::vector<std::string> names = names_of_node(*node);
    if (!names.empty()) return names;
    behind.insert(node->inputs.begin(), node->inputs.end());
  }
  std::vector<std::string> only;
  for (const OnnxNode& node : graph.nodes) {
    const auto texts = node.op == "Constant" ? node.attributes.find("value_strings") : node.attributes.end();
    if (texts == node.attributes.end()) continue;
    if (!only.empty()) return {};
    only = texts->second.texts;
  }
  return only;
}

// A type that is none of ours, with a shape, is that of texts.
bool holds_labels(const OnnxValueInfo& output) {
  if (output.kind != OnnxValueKind::kTensor) return false;
  const bool whole = output.dtype == DType::kI64 || output.dtype == DType::kI32;
  return (!output.dtype && output.has_shape) || (whole && (!output.has_shape || output.dims.size() <= 1));
}

}  // namespace apprentice::onnx
