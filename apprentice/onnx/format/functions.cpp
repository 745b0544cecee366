// SPDX-License-Identifier: Apache-2.0
#include "apprentice/onnx/format/functions.h"

#include <algorithm>

#include "apprentice/onnx/format/graph_check.h"

namespace apprentice::onnx {
namespace {

constexpr int kMostDepth = 16;
constexpr int64_t kMostNodes = int64_t{1} << 18;
constexpr int64_t kMostBytes = int64_t{1} << 28;

// What stands for the names and attributes of a function in one call of it.
struct Binding {
  const OnnxNode* call = nullptr;
  const OnnxFunction* function = nullptr;
  std::string prefix;
  std::map<std::string, std::string> values;  // inputs and outputs of the function -> of the call

  std::string name(const std::string& inner) const {
    if (inner.empty()) return inner;
    const auto outer = values.find(inner);
    return outer == values.end() ? prefix + inner : outer->second;
  }
  // Null where neither the call nor the function says what it is: then the node goes without.
  const OnnxAttribute* attribute(const std::string& wanted) const {
    if (const auto given = call->attributes.find(wanted); given != call->attributes.end()) return &given->second;
    const auto usual = function->defaults.find(wanted);
    return usual == function->defaults.end() ? nullptr : &usual->second;
  }
};

class Inliner {
 public:
  Inliner(const OnnxFunctions& functions, const std::string& place) : functions_(functions), place_(place) {}

  Status expand(OnnxGraph& graph, GraphLevel level, int depth) {
    APPRENTICE_CHECK(expand(graph.nodes, depth));
    return check_and_sort(graph, level);
  }

 private:
  const OnnxFunction* function_of(const OnnxNode& node) const {
    const auto found = functions_.find({node.domain, node.op, node.overload});
    return found == functions_.end() ? nullptr : &found->second;
  }

  Status expand(std::vector<OnnxNode>& nodes, int depth) {
    if (depth > kMostDepth) return bad_input(place_, "functions call each other more than {} deep", kMostDepth);
    std::vector<OnnxNode> all;
    for (OnnxNode& node : nodes) {
      const OnnxFunction* const function = function_of(node);
      if (function == nullptr) {
        APPRENTICE_CHECK(expand_subgraphs(node, depth));
        all.push_back(std::move(node));
        continue;
      }
      APPRENTICE_TRY(std::vector<OnnxNode> body, instantiate(node, *function));
      APPRENTICE_CHECK(expand(body, depth + 1));
      std::move(body.begin(), body.end(), std::back_inserter(all));
    }
    nodes = std::move(all);
    return {};
  }

  Status expand_subgraphs(OnnxNode& node, int depth) {
    for (auto& [name, attribute] : node.attributes) {
      if (attribute.graph == nullptr) continue;
      OnnxGraph graph = *attribute.graph;
      APPRENTICE_CHECK(expand(graph, GraphLevel::kSubgraph, depth + 1));
      attribute.graph = std::make_shared<const OnnxGraph>(std::move(graph));
    }
    return {};
  }

  Result<std::vector<OnnxNode>> instantiate(const OnnxNode& call, const OnnxFunction& function) {
    APPRENTICE_TRY(const Binding binding, bind(call, function));
    std::vector<OnnxNode> nodes;
    for (const OnnxNode& node : function.nodes) {
      APPRENTICE_TRY(OnnxNode bound, bind(node, binding));
      nodes.push_back(std::move(bound));
    }
    // An output that is an input of the function has no node that makes it.
    for (size_t i = 0; i < function.outputs.size() && i < call.outputs.size(); ++i) {
      if (call.outputs[i].empty() || binding.values.at(function.outputs[i]) == call.outputs[i]) continue;
      OnnxNode copy;
      copy.op = "Identity";
      copy.opset = 1;
      copy.inputs = {binding.values.at(function.outputs[i])};
      copy.outputs = {call.outputs[i]};
      nodes.push_back(std::move(copy));
    }
    return nodes;
  }

  Result<Binding> bind(const OnnxNode& call, const OnnxFunction& function) {
    const std::string place = place_ + " " + describe(call);
    if (call.inputs.size() > function.inputs.size() || call.outputs.size() > function.outputs.size())
      return bad_input(place, "has {} inputs and {} outputs, but its function has {} and {}", call.inputs.size(),
                       call.outputs.size(), function.inputs.size(), function.outputs.size());
    for (const auto& [name, attribute] : call.attributes)
      if (function.defaults.count(name) == 0 &&
          std::find(function.attributes.begin(), function.attributes.end(), name) == function.attributes.end())
        return bad_input(place, "has the attribute '{}', which its function does not know", name);
    Binding binding;
    binding.call = &call;
    binding.function = &function;
    binding.prefix = fmt::format("{}.{}/", call.name.empty() ? call.op : call.name, ++calls_);
    for (size_t i = 0; i < function.inputs.size(); ++i)
      binding.values[function.inputs[i]] = i < call.inputs.size() ? call.inputs[i] : "";
    for (size_t i = 0; i < function.outputs.size(); ++i) {
      const bool wanted = i < call.outputs.size() && !call.outputs[i].empty();
      binding.values.emplace(function.outputs[i], wanted ? call.outputs[i] : binding.prefix + function.outputs[i]);
    }
    return binding;
  }

  Result<OnnxNode> bind(const OnnxNode& node, const Binding& binding) {
    OnnxNode bound = node;
    bound.name = binding.prefix + node.name;
    for (std::string& input : bound.inputs) input = binding.name(input);
    for (std::string& output : bound.outputs) output = binding.name(output);
    bound.attributes.clear();
    for (const auto& [name, attribute] : node.attributes) {
      const OnnxAttribute* const given =
          attribute.refers_to.empty() ? &attribute : binding.attribute(attribute.refers_to);
      if (given == nullptr) continue;
      OnnxAttribute& copy = bound.attributes[name] = *given;
      if (copy.graph == nullptr || !attribute.refers_to.empty()) continue;  // a graph of the call has the call's names
      APPRENTICE_TRY(OnnxGraph graph, bind(*copy.graph, binding));
      copy.graph = std::make_shared<const OnnxGraph>(std::move(graph));
    }
    APPRENTICE_CHECK(count(bound));
    return bound;
  }

  Result<OnnxGraph> bind(const OnnxGraph& graph, const Binding& binding) {
    OnnxGraph bound = graph;
    bound.initializers.clear();
    for (const auto& [name, tensor] : graph.initializers) {
      bytes_ += tensor.byte_count();
      bound.initializers.emplace(binding.name(name), tensor);
    }
    for (OnnxValueInfo& input : bound.inputs) input.name = binding.name(input.name);
    for (OnnxValueInfo& output : bound.outputs) output.name = binding.name(output.name);
    for (OnnxNode& node : bound.nodes) {
      APPRENTICE_TRY(node, bind(node, binding));
    }
    return bound;
  }

  Status count(const OnnxNode& node) {
    ++nodes_;
    bytes_ += static_cast<int64_t>(node.name.size());
    for (const std::string& input : node.inputs) bytes_ += static_cast<int64_t>(input.size());
    for (const std::string& output : node.outputs) bytes_ += static_cast<int64_t>(output.size());
    for (const auto& [name, attribute] : node.attributes)
      bytes_ += attribute.tensor.byte_count() + static_cast<int64_t>(attribute.reals.size() * sizeof(float)) +
                static_cast<int64_t>(attribute.integers.size() * sizeof(int64_t) + attribute.text.size());
    if (nodes_ <= kMostNodes && bytes_ <= kMostBytes) return {};
    return bad_input(place_, "its functions are called so often that they make more than {} nodes or {} bytes",
                     kMostNodes, kMostBytes);
  }

  const OnnxFunctions& functions_;
  const std::string& place_;
  int64_t calls_ = 0, nodes_ = 0, bytes_ = 0;
};

}  // namespace

Status inline_functions(OnnxGraph& graph, const OnnxFunctions& functions) {
  if (functions.empty()) return {};
  return Inliner(functions, graph.place).expand(graph, GraphLevel::kModel, 0);
}

}  // namespace apprentice::onnx
