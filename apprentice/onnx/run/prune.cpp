// SPDX-License-Identifier: Apache-2.0
#include "apprentice/onnx/run/prune.h"

#include "apprentice/onnx/run/op.h"

namespace apprentice::onnx::run {
namespace {

constexpr int64_t kTextType = 8;  // onnx.ai, TensorProto.DataType

Error texts_error(const std::string& place, const std::string& what) {
  return {ErrorKind::kUnsupported, place, fmt::format("{} texts, which are not computed with", what)};
}

bool makes_texts(const OnnxNode& node) {
  const auto to = node.attributes.find("to"), value = node.attributes.find("value");
  if (node.op == "Cast" && to != node.attributes.end()) return to->second.integer == kTextType;
  if (node.op != "Constant") return false;
  return node.attributes.count("value_strings") != 0 || node.attributes.count("value_string") != 0 ||
         (value != node.attributes.end() && value->second.kind == OnnxAttributeKind::kStrings);
}

// Why a node cannot be computed by itself, its subgraphs included.
Status computable(const OnnxNode& node, const std::string& place) {
  if (makes_texts(node)) return tl::unexpected<Error>(texts_error(place, describe(node) + " makes"));
  APPRENTICE_CHECK(find_op(node, place));
  for (const auto& [name, attribute] : node.attributes) {
    if (attribute.graph == nullptr) continue;
    for (const OnnxNode& inner : attribute.graph->nodes) APPRENTICE_CHECK(computable(inner, place));
  }
  return {};
}

// Values that cannot be computed, each with the first reason.
class Uncomputable {
 public:
  const Error* of(const std::string& value) const {
    const auto found = why_.find(value);
    return found == why_.end() ? nullptr : &found->second;
  }

  // Null when it can be computed; else its outputs cannot.
  const Error* look_at(const OnnxNode& node, const std::string& place) {
    const Error* reason = nullptr;
    for (const std::string& name : reads_of(node))
      if (reason == nullptr) reason = of(name);
    Status alone = reason == nullptr ? computable(node, place) : Status{};
    if (reason == nullptr && alone) return nullptr;
    const Error error = reason != nullptr ? *reason : alone.error();
    const Error* kept = nullptr;
    for (const std::string& output : node.outputs)
      if (!output.empty()) kept = &why_.emplace(output, error).first->second;
    return kept;
  }

 private:
  static std::vector<std::string> reads_of(const OnnxNode& node) {
    std::vector<std::string> names = node.inputs;
    for (const auto& [key, attribute] : node.attributes)
      if (attribute.graph != nullptr)
        for (std::string& outer : outer_names(*attribute.graph)) names.push_back(std::move(outer));
    return names;
  }

  std::map<std::string, Error> why_;
};

}  // namespace

Result<OnnxGraph> without_the_uncomputable(OnnxGraph graph, std::map<std::string, std::string>& left_out) {
  Uncomputable gone;
  std::vector<OnnxNode> nodes;
  for (OnnxNode& node : graph.nodes)
    if (gone.look_at(node, graph.place) == nullptr) nodes.push_back(std::move(node));
  graph.nodes = std::move(nodes);
  std::vector<OnnxValueInfo> outputs;
  for (OnnxValueInfo& output : graph.outputs) {
    const Error* const why = gone.of(output.name);
    if (why != nullptr)
      left_out[output.name] = why->text();
    else
      outputs.push_back(std::move(output));
  }
  if (outputs.empty() && !left_out.empty()) return tl::unexpected<Error>(*gone.of(left_out.begin()->first));
  graph.outputs = std::move(outputs);
  return graph;
}

}  // namespace apprentice::onnx::run
