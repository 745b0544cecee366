// SPDX-License-Identifier: Apache-2.0
// NetSpec: a network as plain data. Training, cost model, quantizer and code generator all read this one description;
// what a layer means is said by layers/ alone.
#pragma once

#include <array>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "apprentice/base/error.h"
#include "apprentice/base/task.h"
#include "apprentice/base/tensor.h"
#include "apprentice/model/frontend_spec.h"

namespace apprentice::model {

// The name that stands for the network's input in LayerSpec::inputs.
inline constexpr const char* kNetInput = "input";

// One layer. Activations have no batch axis here: [features], [channels, time] or [channels, height, width].
// Layers over [channels, time] use index 1 of kernel and stride, and entries 1 (left) and 3 (right) of padding.
struct LayerSpec {
  std::string name;                            // unique in the net; [A-Za-z0-9_.-]
  std::string kind;                            // a row of layers/kinds.def: "conv1d", "relu", ...
  std::vector<std::string> inputs;             // names of earlier layers, or kNetInput
  int64_t channels = 0;                        // output channels of conv, units of dense; 0 where it has no meaning
  std::array<int64_t, 2> kernel{1, 1};         // height, width
  std::array<int64_t, 2> stride{1, 1};         // height, width
  std::array<int64_t, 4> padding{0, 0, 0, 0};  // top, left, bottom, right
  bool operator==(const LayerSpec& other) const;
};

// A topologically ordered graph; the last layer is the output: logits [classes] (no softmax), or values in regression.
struct NetSpec {
  std::string name;
  TaskKind task = TaskKind::kClassification;
  Shape input_shape;  // of raw samples, without batch
  // Absent: the first layers read raw samples. Else kNetInput stands for the features that it makes of them.
  std::optional<FrontendSpec> frontend;
  // Normalisation fitted on the training split; it travels inside the student. Per channel (the first axis) of what
  // the first layers read: x' = (x - mean) * scale. Empty means none.
  std::vector<float> input_mean, input_scale;
  // Regression: value = output * output_scale + output_mean. 1 and 0 in classification.
  float output_scale = 1.0F, output_mean = 0.0F;
  std::vector<std::string> class_names;  // in the order of the logits; empty in regression
  std::vector<LayerSpec> layers;
  bool operator==(const NetSpec& other) const;
};

// The values that each layer reads: 0 is the net's input, i + 1 the output of layer i. For a spec that infer_shapes has
// accepted: every input is there.
std::vector<std::vector<size_t>> wiring(const NetSpec& spec);

nlohmann::ordered_json to_json(const NetSpec& spec);
// Refuses unknown keys, wrong types, absurd sizes; `place` leads the message.
Result<NetSpec> net_spec_from_json(const nlohmann::ordered_json& json, const std::string& place);
// SHA-256 of the canonical JSON.
std::string fingerprint(const NetSpec& spec);

// Named parameters: "<layer>.weight", "<layer>.bias", and for batch norm ".gamma .beta .mean .variance", float32.
// conv weights [out, in, kh, kw] (1-d: [out, in, k]; depthwise: in = 1), dense [out, in]: the order of ONNX.
using Weights = std::map<std::string, Tensor>;

// A trained network: what the model file holds.
struct Model {
  NetSpec spec;
  Weights weights;
  nlohmann::ordered_json provenance = nlohmann::ordered_json::object();  // job hash, seed, versions, metrics
};

// The model file (.apnet): docs/formats/model_file.md. Checksummed; refuses truncated, changed or inconsistent files.
Status save_model(const Model& model, const std::string& path);
Result<Model> load_model(const std::string& path);

}  // namespace apprentice::model
