// SPDX-License-Identifier: Apache-2.0
// OnnxGraph: an ONNX model (onnx.ai, IR specification) as plain data, free of protobuf and of libtorch.
// A model file is hostile until read_onnx() has returned: see docs/formats/onnx_import.md for what is checked.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "apprentice/base/error.h"
#include "apprentice/base/tensor.h"

namespace apprentice::onnx {

using apprentice::to_string;  // those of shapes and types, beside ours

struct OnnxGraph;

enum class OnnxAttributeKind { kFloat, kInt, kString, kTensor, kGraph, kFloats, kInts, kStrings, kType };
const char* to_string(OnnxAttributeKind kind);

// One attribute of a node; only the member that `kind` names is set. What a kType says is not kept.
struct OnnxAttribute {
  OnnxAttributeKind kind = OnnxAttributeKind::kInt;
  float real = 0.0F;
  int64_t integer = 0;
  std::string text;
  Tensor tensor;
  std::shared_ptr<const OnnxGraph> graph;
  std::vector<float> reals;
  std::vector<int64_t> integers;
  std::vector<std::string> texts;
  std::string refers_to;  // inside a local function: the attribute of the call that stands here; else empty
};

struct OnnxNode {
  std::string name;                          // may be empty or repeated: the format allows it
  std::string op;                            // "Conv"
  std::string domain;                        // "" is ai.onnx
  std::string overload;                      // of a local function; mostly ""
  int64_t opset = 0;                         // of its domain, as the model imports it
  std::vector<std::string> inputs, outputs;  // "" = left out
  std::map<std::string, OnnxAttribute> attributes;
};
// "node 'conv1' (Conv, opset 13)", or the name of its first output where it has none itself.
std::string describe(const OnnxNode& node);

// size >= 0, or -1 with an optional symbol ("N").
struct OnnxDim {
  int64_t size = -1;
  std::string symbol;
};

// kOther: maps, sparse tensors, sequences of anything but tensors.
enum class OnnxValueKind { kTensor, kSequence, kOptional, kOther };

struct OnnxValueInfo {
  std::string name;
  OnnxValueKind kind = OnnxValueKind::kTensor;
  std::optional<DType> dtype;  // empty when the file leaves it out or it is no tensor of numbers
  bool has_shape = false;
  std::vector<OnnxDim> dims;
};
// "[N, 3, 32, 32]", "?" for a dimension without size and name, "[...]" when the shape is not given.
std::string shape_text(const OnnxValueInfo& value);

// Nodes are in an order in which every input is made before it is used, whatever the order in the file. Calls of the
// model's local functions are replaced by the functions' nodes.
struct OnnxGraph {
  std::string name;
  std::string place;  // the file, leads error messages
  std::vector<OnnxNode> nodes;
  std::map<std::string, Tensor> initializers;
  std::vector<OnnxValueInfo> inputs;  // without those that are initializers
  std::vector<OnnxValueInfo> outputs;
  std::map<std::string, int64_t> opsets;  // by domain; "" is ai.onnx
  int64_t ir_version = 0;
  std::string producer;
  std::map<std::string, std::string> metadata;
  std::string fingerprint;  // SHA-256 of the file and of its external data; empty for subgraphs
};

// Values used inside `graph` (and its own subgraphs) but made outside it; empty for a whole model.
std::vector<std::string> outer_names(const OnnxGraph& graph);

// Reads a model file. External data must lie in the model's folder or below it; links that lead out are refused.
// The memory taken is bounded by the bytes read from disk.
Result<OnnxGraph> read_onnx(const std::string& path);
// As read_onnx for bytes already in memory; `place` leads messages. External data is refused when `folder` is empty.
Result<OnnxGraph> parse_onnx(std::string_view bytes, const std::string& place, const std::string& folder = "");

// What can be said of a graph without running it.
struct OnnxSummary {
  int64_t parameters = 0;  // elements of floating-point and int8/uint8 initializers, subgraphs included
  std::map<std::string, int64_t> operators;  // count by "domain.op" ("Conv" for ai.onnx), subgraphs included
};
OnnxSummary summarize(const OnnxGraph& graph);

}  // namespace apprentice::onnx
