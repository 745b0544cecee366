// SPDX-License-Identifier: Apache-2.0
#include "apprentice/teacher/guess.h"

#include <algorithm>

#include "apprentice/data/formats/format.h"
#include "apprentice/onnx/format/class_names.h"
#include "apprentice/teacher/preprocessing.h"

namespace apprentice::teacher {
namespace {

bool fits(const Preprocessing& how, const onnx::OnnxGraph& graph, const data::DatasetInfo& data) {
  return prepared_shape(how, data.sample_shape, graph.inputs[0], graph.place).has_value();
}

void guess_layout(const onnx::OnnxGraph& graph, const data::DatasetInfo& data, std::vector<GuessedKey>& out) {
  Preprocessing how;
  if (fits(how, graph, data)) return;
  const std::string shape = onnx::shape_text(graph.inputs[0]);
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

const onnx::OnnxNode* maker_of(const onnx::OnnxGraph& graph, const std::string& name) {
  for (const onnx::OnnxNode& node : graph.nodes)
    if (std::find(node.outputs.begin(), node.outputs.end(), name) != node.outputs.end()) return &node;
  return nullptr;
}

// The node that makes the output, looking through nodes that only change the shape.
const onnx::OnnxNode* last_operator(const onnx::OnnxGraph& graph, std::string name) {
  for (size_t i = 0; i <= graph.nodes.size(); ++i) {
    const onnx::OnnxNode* const node = maker_of(graph, name);
    if (node == nullptr) return nullptr;
    const bool passes = node->op == "Identity" || node->op == "Reshape" || node->op == "Flatten" ||
                        node->op == "Squeeze" || node->op == "QuantizeLinear" || node->op == "DequantizeLinear" ||
                        node->op == "Cast";
    if (!passes || node->inputs.empty()) return node;
    name = node->inputs[0];
  }
  return nullptr;
}

// Whether a node multiplies by 100, and what.
std::string hundredfold_of(const onnx::OnnxGraph& graph, const onnx::OnnxNode& node) {
  for (size_t i = 0; node.op == "Mul" && i < node.inputs.size(); ++i) {
    const auto found = graph.initializers.find(node.inputs[i]);
    if (found == graph.initializers.end() || found->second.dtype() != DType::kF32 || found->second.size() != 1)
      continue;
    if (found->second.data<float>()[0] == 100.0F) return node.inputs[1 - i];
  }
  return "";
}

// The scores rather than labels; probabilities rather than other scores.
const onnx::OnnxValueInfo& best_output(const onnx::OnnxGraph& graph) {
  const onnx::OnnxValueInfo* best = nullptr;
  for (const onnx::OnnxValueInfo& output : graph.outputs) {
    if (onnx::holds_labels(output)) continue;
    const bool named = output.name.find("prob") != std::string::npos;
    if (best == nullptr || (named && best->name.find("prob") == std::string::npos)) best = &output;
  }
  return best != nullptr ? *best : graph.outputs[0];
}

// "probabilities", "sigmoid", "percent"; empty for logits. A sigmoid for each of several classes is no distribution.
std::string kind_of(const onnx::OnnxGraph& graph, const onnx::OnnxValueInfo& output, const onnx::OnnxNode& last) {
  const std::string hundredth = hundredfold_of(graph, last);
  const onnx::OnnxNode* const before = hundredth.empty() ? nullptr : last_operator(graph, hundredth);
  if (before != nullptr && before->op == "Softmax") return "percent";
  if (last.op == "Sigmoid") return output.dims.size() == 2 && output.dims[1].size > 1 ? "sigmoid" : "probabilities";
  const auto is_set = [&](const char* attribute) { return last.attributes.count(attribute) != 0; };
  if (last.op == "LinearClassifier" && is_set("post_transform")) {
    const std::string& transform = last.attributes.at("post_transform").text;
    const bool two = output.dims.size() == 2 && output.dims[1].size == 2;
    if (transform == "LOGISTIC") return two ? "probabilities" : "sigmoid";
    return transform == "SOFTMAX" ? "probabilities" : "";
  }
  const bool shares =
      (last.op == "SVMClassifier" && is_set("prob_a")) || last.op == "Softmax" || last.op == "ZipMap" ||
      last.op == "TreeEnsembleClassifier" ||
      (last.op == "Normalizer" && last.attributes.count("norm") != 0 && last.attributes.at("norm").text == "L1");
  return shares ? "probabilities" : "";
}

void guess_output(const onnx::OnnxGraph& graph, const data::DatasetInfo& data, std::vector<GuessedKey>& out) {
  const onnx::OnnxValueInfo& output = best_output(graph);
  if (graph.outputs.size() > 1)
    out.push_back({"output_name", fmt::format("\"{}\"", output.name),
                   fmt::format("of {} outputs, the one that may hold scores", graph.outputs.size())});
  const onnx::OnnxNode* last = last_operator(graph, output.name);
  if (data.task != TaskKind::kClassification || last == nullptr) return;
  if (const std::string kind = kind_of(graph, output, *last); !kind.empty())
    out.push_back({"output", "\"" + kind + "\"", fmt::format("the model ends in {}", last->op)});
}

}  // namespace

std::string guess_source(const std::string& path) {
  const std::string ending = data::ending_of(path);
  if (ending == ".pt" || ending == ".pth") return "torchscript";
  if (ending == ".json" || ending == ".ubj" || ending == ".model") return "xgboost";
  if (ending == ".npy" || ending == ".csv") return "recorded";
  return "onnx";
}

std::vector<std::string> named_classes(const onnx::OnnxGraph& graph) {
  return graph.outputs.empty() ? std::vector<std::string>() : onnx::class_names_in(graph, best_output(graph).name);
}

std::vector<GuessedKey> guess_preprocessing(const onnx::OnnxGraph& graph, const data::DatasetInfo& data) {
  std::vector<GuessedKey> out;
  if (graph.inputs.empty() || graph.outputs.empty()) return out;
  if (graph.inputs.size() == 1) guess_layout(graph, data, out);
  guess_output(graph, data, out);
  return out;
}

}  // namespace apprentice::teacher
