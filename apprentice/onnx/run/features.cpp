// SPDX-License-Identifier: Apache-2.0
#include "apprentice/onnx/run/features.h"

#include <algorithm>
#include <charconv>

#include "apprentice/model/stages.h"

namespace apprentice::onnx::run {
namespace {

bool is_product(const std::string& op) {
  const auto has = [&](const char* part) { return op.find(part) != std::string::npos; };
  return has("Conv") || has("Gemm") || has("MatMul") || has("LSTM") || has("GRU") || has("RNN");
}

// What follows from the input's shape alone is no information about a sample.
bool tells_shape(const std::string& op) { return op == "Shape" || op == "Size"; }

struct NamedValues {
  std::vector<model::GraphValue> graph;
  std::vector<std::string> names;
  std::map<std::string, size_t> index;

  void add(const std::string& name, model::GraphValue value) {
    index.emplace(name, graph.size());
    names.push_back(name);
    graph.push_back(std::move(value));
  }
};

// Values that depend on the input, in the order of the nodes.
NamedValues values_of(const OnnxGraph& graph, const std::map<std::string, Shape>& shapes) {
  NamedValues values;
  for (const OnnxValueInfo& input : graph.inputs) values.add(input.name, {});
  for (const OnnxNode& node : graph.nodes) {
    if (tells_shape(node.op)) continue;
    model::GraphValue value;
    value.product = is_product(node.op);
    for (const std::string& input : node.inputs) {
      const auto found = values.index.find(input);
      if (found != values.index.end()) value.inputs.push_back(found->second);
    }
    if (value.inputs.empty()) continue;
    for (const std::string& output : node.outputs) {
      const auto shape = shapes.find(output);
      const bool has_samples = shape != shapes.end() && !shape->second.empty();
      value.shape = has_samples ? Shape(shape->second.begin() + 1, shape->second.end()) : Shape{};
      if (!output.empty()) values.add(output, value);
    }
  }
  return values;
}

}  // namespace

std::vector<OnnxFeature> sensible_features(const OnnxGraph& graph, const std::map<std::string, Shape>& shapes,
                                           const std::string& answer) {
  const NamedValues values = values_of(graph, shapes);
  const auto found = values.index.find(answer.empty() && !graph.outputs.empty() ? graph.outputs.front().name : answer);
  if (found == values.index.end()) return {};
  const model::Stages stages = model::find_stages(values.graph, found->second);
  std::vector<OnnxFeature> features;
  const auto add = [&](size_t i) { features.push_back({values.names[i], values.graph[i].shape}); };
  for (const size_t i : stages.maps) add(i);
  if (stages.vector) add(*stages.vector);
  return features;
}

Result<std::string> value_of(const OnnxGraph& graph, const std::string& name) {
  for (const OnnxNode& node : graph.nodes) {
    if (std::find(node.outputs.begin(), node.outputs.end(), name) != node.outputs.end()) return name;
  }
  const auto count = static_cast<int64_t>(graph.nodes.size());
  int64_t number = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
  const bool is_number = error == std::errc() && end == name.data() + name.size();
  const int64_t node = number < 0 ? count + number : number;
  if (is_number && node >= 0 && node < count && !graph.nodes[static_cast<size_t>(node)].outputs.empty()) {
    return graph.nodes[static_cast<size_t>(node)].outputs.front();
  }
  return fail(ErrorKind::kNotFound, graph.place,
              "has no value '{}'; `apprentice inspect --features` lists those at the ends of stages, and any value's "
              "name or node's number, 0 to {}, is possible",
              name, count - 1);
}

}  // namespace apprentice::onnx::run
