// SPDX-License-Identifier: Apache-2.0
#include "apprentice/onnx/format/graph_check.h"

#include <queue>
#include <set>
#include <unordered_map>
#include <unordered_set>

namespace apprentice::onnx {
namespace {

constexpr int64_t kGiven = -1;  // made by no node: input or initializer

// Which node makes each value of the graph.
class Makers {
 public:
  Status collect(const OnnxGraph& graph) {
    for (const auto& [name, tensor] : graph.initializers) by_name_.emplace(name, kGiven);
    for (const OnnxValueInfo& input : graph.inputs) by_name_.emplace(input.name, kGiven);
    for (size_t i = 0; i < graph.nodes.size(); ++i) {
      bool makes_something = false;
      for (const std::string& output : graph.nodes[i].outputs) {
        if (output.empty()) continue;
        makes_something = true;
        if (!by_name_.emplace(output, static_cast<int64_t>(i)).second)
          return bad_input(graph.place, "{} makes '{}', which is made before under the same name",
                           describe(graph.nodes[i]), output);
      }
      if (!makes_something) return bad_input(graph.place, "{} has no output", describe(graph.nodes[i]));
    }
    return {};
  }

  bool knows(const std::string& name) const { return by_name_.count(name) != 0; }
  // Number of the node, or kGiven.
  int64_t maker(const std::string& name) const {
    const auto found = by_name_.find(name);
    return found == by_name_.end() ? kGiven : found->second;
  }

 private:
  std::unordered_map<std::string, int64_t> by_name_;
};

// Every value a node reads, those of its subgraphs included.
std::set<std::string> reads_of(const OnnxNode& node) {
  std::set<std::string> names;
  for (const std::string& input : node.inputs)
    if (!input.empty()) names.insert(input);
  for (const auto& [name, attribute] : node.attributes) {
    if (attribute.graph == nullptr) continue;
    for (std::string& outer : outer_names(*attribute.graph)) names.insert(std::move(outer));
  }
  return names;
}

Status check_inputs_made(const OnnxGraph& graph, const Makers& makers) {
  for (const OnnxNode& node : graph.nodes)
    for (const std::string& name : reads_of(node))
      if (!makers.knows(name))
        return bad_input(graph.place, "{} uses '{}', which is no input, no initializer and no output of a node",
                         describe(node), name);
  for (const OnnxValueInfo& output : graph.outputs)
    if (!makers.knows(output.name)) return bad_input(graph.place, "the output '{}' is made by no node", output.name);
  return {};
}

// Kahn 1962, taking the ready node that comes first in the file.
std::vector<int64_t> topological_order(const OnnxGraph& graph, const Makers& makers) {
  const size_t count = graph.nodes.size();
  std::vector<int64_t> waiting(count, 0);
  std::vector<std::vector<int64_t>> users(count);
  for (size_t i = 0; i < count; ++i) {
    std::set<int64_t> needed;
    for (const std::string& name : reads_of(graph.nodes[i]))
      if (const int64_t maker = makers.maker(name); maker != kGiven) needed.insert(maker);
    waiting[i] = static_cast<int64_t>(needed.size());
    for (const int64_t maker : needed) users[static_cast<size_t>(maker)].push_back(static_cast<int64_t>(i));
  }
  std::priority_queue<int64_t, std::vector<int64_t>, std::greater<>> ready;
  for (size_t i = 0; i < count; ++i)
    if (waiting[i] == 0) ready.push(static_cast<int64_t>(i));
  std::vector<int64_t> order;
  while (!ready.empty()) {
    const int64_t next = ready.top();
    ready.pop();
    order.push_back(next);
    for (const int64_t user : users[static_cast<size_t>(next)])
      if (--waiting[static_cast<size_t>(user)] == 0) ready.push(user);
  }
  return order;
}

}  // namespace

Status check_and_sort(OnnxGraph& graph, GraphLevel level) {
  Makers makers;
  APPRENTICE_CHECK(makers.collect(graph));
  if (level == GraphLevel::kModel) {
    if (graph.outputs.empty()) return bad_input(graph.place, "the model has no output");
    APPRENTICE_CHECK(check_inputs_made(graph, makers));
  }
  const std::vector<int64_t> order = topological_order(graph, makers);
  if (order.size() != graph.nodes.size()) {
    const std::set<int64_t> placed(order.begin(), order.end());
    size_t stuck = 0;
    while (placed.count(static_cast<int64_t>(stuck)) != 0) ++stuck;
    return bad_input(graph.place, "{} needs its own output: the graph has a cycle", describe(graph.nodes[stuck]));
  }
  std::vector<OnnxNode> sorted;
  sorted.reserve(order.size());
  for (const int64_t i : order) sorted.push_back(std::move(graph.nodes[static_cast<size_t>(i)]));
  graph.nodes = std::move(sorted);
  return {};
}

}  // namespace apprentice::onnx
