// SPDX-License-Identifier: Apache-2.0
// OnnxWriter: one ONNX graph, built node by node; the same calls give the same bytes. Internal to onnx/write/.
#pragma once

#include <onnx/onnx_pb.h>

#include <string>
#include <utility>
#include <vector>

#include "apprentice/base/tensor.h"

namespace apprentice::onnx::write {

// Values are named "<layer>/<role>". Layer names hold no slash, so no two values share a name, and none is "logits".
class OnnxWriter {
 public:
  // `description` is for people; `input_shape` without batch.
  OnnxWriter(const std::string& name, const std::string& description, const Shape& input_shape);

  // Adds a constant and returns `name`. `values` are converted to the dtype named.
  std::string floats(const std::string& name, Shape shape, const std::vector<float>& values);
  std::string int8s(const std::string& name, Shape shape, const std::vector<int8_t>& values);
  std::string uint8s(const std::string& name, Shape shape, const std::vector<uint8_t>& values);
  std::string int32s(const std::string& name, Shape shape, const std::vector<int32_t>& values);
  std::string int64s(const std::string& name, Shape shape, const std::vector<int64_t>& values);
  std::string constant(const std::string& name, const Tensor& tensor);

  // Adds a node with one output and returns the output's name. The node's name is its output's.
  std::string node(const std::string& op, const std::vector<std::string>& inputs, const std::string& output);
  // Attributes of the node added last.
  OnnxWriter& with(const std::string& name, int64_t value);
  OnnxWriter& with(const std::string& name, float value);
  OnnxWriter& with(const std::string& name, const std::vector<int64_t>& values);

  void metadata(const std::string& key, const std::string& value);
  // Names the graph's output: `value` becomes `name`, [N, outputs] float32. Returns the model's bytes.
  std::string finish(const std::string& value, const std::string& name, int64_t outputs);

 private:
  ::onnx::TensorProto* add_constant(const std::string& name, int32_t type, const Shape& shape);
  ::onnx::AttributeProto* add_attribute(const std::string& name, ::onnx::AttributeProto::AttributeType type);

  ::onnx::ModelProto model_;
  ::onnx::GraphProto* graph_;
  ::onnx::NodeProto* last_ = nullptr;
};

}  // namespace apprentice::onnx::write
