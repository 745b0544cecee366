// SPDX-License-Identifier: Apache-2.0
#include "apprentice/teacher/guess.h"

#include <algorithm>

#include "apprentice/data/formats/format.h"
#include "apprentice/teacher/preprocessing.h"

namespace apprentice {
namespace {

bool fits(const Preprocessing& how, const OnnxGraph& graph, const DatasetInfo& data) {
  return prepared_shape(how, data.sample_shape, graph.inputs[0], graph.place).has_value();
}

void guess_layout(const OnnxGraph& graph, const DatasetInfo& data, std::vector<GuessedKey>& out) {
  Preprocessing how;
  if (fits(how, graph, data)) return;
  const std::string shape = shape_text(graph.inputs[0]);
  how.layout = "channels_last";
  if (fits(how, graph, data)) {
    out.push_back({"layout", "\"channels_last\"", fmt::format("the model's input {} has its channels last", shape)});
    return;
  }
  how.layout = "channels_first";
  how.reshape = true;
  if (fits(how, graph, data))
    out.push_back(
        {"reshape", "true",
         fmt::format("the model's input {} holds as many values as a sample {}", shape, to_string(data.sample_shape))});
}

// The node that makes the output, looking through nodes that only change the shape.
const OnnxNode* last_operator(const OnnxGraph& graph, std::string name) {
  for (size_t i = graph.nodes.size(); i-- > 0;) {
    const OnnxNode& node = graph.nodes[i];
    if (std::find(node.outputs.begin(), node.outputs.end(), name) == node.outputs.end()) continue;
    const bool passes = node.op == "Identity" || node.op == "Reshape" || node.op == "Flatten" || node.op == "Squeeze" ||
                        node.op == "QuantizeLinear" || node.op == "DequantizeLinear";
    if (!passes || node.inputs.empty()) return &node;
    name = node.inputs[0];
  }
  return nullptr;
}

void guess_output(const OnnxGraph& graph, const DatasetInfo& data, std::vector<GuessedKey>& out) {
  if (graph.outputs.size() > 1)
    out.push_back({"output_name", fmt::format("\"{}\"", graph.outputs[0].name),
                   fmt::format("the first of {} outputs", graph.outputs.size())});
  const OnnxNode* last = last_operator(graph, graph.outputs[0].name);
  if (data.task != TaskKind::kClassification || last == nullptr) return;
  if (last->op == "Softmax" || last->op == "Sigmoid")
    out.push_back({"output", "\"probabilities\"", fmt::format("the model ends in {}", last->op)});
}

}  // namespace

std::string guess_source(const std::string& path) {
  const std::string ending = ending_of(path);
  if (ending == ".pt" || ending == ".pth") return "torchscript";
  if (ending == ".json" || ending == ".ubj" || ending == ".model") return "xgboost";
  if (ending == ".npy" || ending == ".csv") return "recorded";
  return "onnx";
}

std::vector<GuessedKey> guess_preprocessing(const OnnxGraph& graph, const DatasetInfo& data) {
  std::vector<GuessedKey> out;
  if (graph.inputs.empty() || graph.outputs.empty()) return out;
  guess_layout(graph, data, out);
  guess_output(graph, data, out);
  return out;
}

}  // namespace apprentice
