// SPDX-License-Identifier: Apache-2.0
// Small ONNX models made in tests, through protobuf, so that wrong ones can be made as well.
#pragma once

#include <onnx/onnx_pb.h>

#include <string>
#include <vector>

#include "apprentice/onnx/format/tensor_proto.h"

namespace apprentice::test {

class ModelText {
 public:
  explicit ModelText(int64_t opset = 13) {
    model.set_ir_version(8);
    model.add_opset_import()->set_version(opset);
  }

  ModelText& input(const std::string& name, const std::vector<int64_t>& shape, int32_t type = 1) {
    value(*graph().add_input(), name, shape, type);
    return *this;
  }
  ModelText& output(const std::string& name, const std::vector<int64_t>& shape = {}, int32_t type = 1) {
    value(*graph().add_output(), name, shape, type);
    return *this;
  }
  ModelText& constant(const std::string& name, const Tensor& tensor) {
    onnx::tensor_to_proto(tensor, name, *graph().add_initializer());
    return *this;
  }
  ModelText& integers(const std::string& name, const std::vector<int64_t>& values) {
    Tensor tensor(DType::kI64, {static_cast<int64_t>(values.size())});
    std::copy(values.begin(), values.end(), tensor.data<int64_t>());
    return constant(name, tensor);
  }
  ::onnx::NodeProto& node(const std::string& op, const std::vector<std::string>& inputs,
                          const std::vector<std::string>& outputs) {
    ::onnx::NodeProto& made = *graph().add_node();
    made.set_op_type(op);
    made.set_name(op + "_" + std::to_string(graph().node_size()));
    for (const std::string& name : inputs) made.add_input(name);
    for (const std::string& name : outputs) made.add_output(name);
    return made;
  }
  ::onnx::GraphProto& graph() { return *model.mutable_graph(); }
  std::string bytes() const { return model.SerializeAsString(); }

  // A negative size stands for a free dimension.
  static void value(::onnx::ValueInfoProto& proto, const std::string& name, const std::vector<int64_t>& shape,
                    int32_t type) {
    proto.set_name(name);
    auto& tensor = *proto.mutable_type()->mutable_tensor_type();
    tensor.set_elem_type(type);
    for (const int64_t size : shape) {
      auto& dim = *tensor.mutable_shape()->add_dim();
      if (size >= 0)
        dim.set_dim_value(size);
      else
        dim.set_dim_param("N");
    }
  }

  ::onnx::ModelProto model;
};

inline void set_int(::onnx::NodeProto& node, const std::string& name, int64_t value) {
  auto& attribute = *node.add_attribute();
  attribute.set_name(name);
  attribute.set_type(::onnx::AttributeProto::INT);
  attribute.set_i(value);
}

inline void set_ints(::onnx::NodeProto& node, const std::string& name, const std::vector<int64_t>& values) {
  auto& attribute = *node.add_attribute();
  attribute.set_name(name);
  attribute.set_type(::onnx::AttributeProto::INTS);
  for (const int64_t value : values) attribute.add_ints(value);
}

}  // namespace apprentice::test
