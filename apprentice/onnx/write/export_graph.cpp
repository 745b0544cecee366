// SPDX-License-Identifier: Apache-2.0
#include "apprentice/onnx/write/export_graph.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>

#include "apprentice/base/error.h"

namespace apprentice::onnx::write {
namespace {

constexpr int kOpset = 13;     // the first with DequantizeLinear per axis
constexpr int kIrVersion = 8;  // what readers of opset 13 accept
constexpr const char* kBatch = "N";

void describe_value(::onnx::ValueInfoProto* value, const std::string& name, const Shape& shape) {
  value->set_name(name);
  auto* tensor = value->mutable_type()->mutable_tensor_type();
  tensor->set_elem_type(::onnx::TensorProto::FLOAT);
  tensor->mutable_shape()->add_dim()->set_dim_param(kBatch);
  for (int64_t size : shape) tensor->mutable_shape()->add_dim()->set_dim_value(size);
}

template <typename T>
void set_raw(::onnx::TensorProto* tensor, const Shape& shape, const std::vector<T>& values) {
  promise(element_count(shape) == static_cast<int64_t>(values.size()), "a constant's shape and values differ in size");
  tensor->set_raw_data(values.data(), values.size() * sizeof(T));  // little-endian, as every host we support
}

}  // namespace

OnnxWriter::OnnxWriter(const std::string& name, const std::string& description, const Shape& input_shape)
    : graph_(model_.mutable_graph()) {
  model_.set_ir_version(kIrVersion);
  model_.set_producer_name("apprentice");
  model_.set_doc_string(description);
  auto* opset = model_.add_opset_import();
  opset->set_domain("");
  opset->set_version(kOpset);
  graph_->set_name(name.empty() ? "net" : name);
  describe_value(graph_->add_input(), "input", input_shape);
}

::onnx::TensorProto* OnnxWriter::add_constant(const std::string& name, int32_t type, const Shape& shape) {
  ::onnx::TensorProto* tensor = graph_->add_initializer();
  tensor->set_name(name);
  tensor->set_data_type(type);
  for (int64_t size : shape) tensor->add_dims(size);
  return tensor;
}

std::string OnnxWriter::floats(const std::string& name, Shape shape, const std::vector<float>& values) {
  set_raw(add_constant(name, ::onnx::TensorProto::FLOAT, shape), shape, values);
  return name;
}

std::string OnnxWriter::int8s(const std::string& name, Shape shape, const std::vector<int8_t>& values) {
  set_raw(add_constant(name, ::onnx::TensorProto::INT8, shape), shape, values);
  return name;
}

std::string OnnxWriter::uint8s(const std::string& name, Shape shape, const std::vector<uint8_t>& values) {
  set_raw(add_constant(name, ::onnx::TensorProto::UINT8, shape), shape, values);
  return name;
}

std::string OnnxWriter::int32s(const std::string& name, Shape shape, const std::vector<int32_t>& values) {
  set_raw(add_constant(name, ::onnx::TensorProto::INT32, shape), shape, values);
  return name;
}

std::string OnnxWriter::int64s(const std::string& name, Shape shape, const std::vector<int64_t>& values) {
  set_raw(add_constant(name, ::onnx::TensorProto::INT64, shape), shape, values);
  return name;
}

std::string OnnxWriter::constant(const std::string& name, const Tensor& tensor) {
  const float* values = tensor.data<float>();
  return floats(name, tensor.shape(), {values, values + tensor.size()});
}

std::string OnnxWriter::node(const std::string& op, const std::vector<std::string>& inputs, const std::string& output) {
  last_ = graph_->add_node();
  last_->set_op_type(op);
  last_->set_name(output);
  for (const std::string& input : inputs) last_->add_input(input);
  last_->add_output(output);
  return output;
}

::onnx::AttributeProto* OnnxWriter::add_attribute(const std::string& name, ::onnx::AttributeProto::AttributeType type) {
  promise(last_ != nullptr, "an attribute needs a node");
  ::onnx::AttributeProto* attribute = last_->add_attribute();
  attribute->set_name(name);
  attribute->set_type(type);
  return attribute;
}

OnnxWriter& OnnxWriter::with(const std::string& name, int64_t value) {
  add_attribute(name, ::onnx::AttributeProto::INT)->set_i(value);
  return *this;
}

OnnxWriter& OnnxWriter::with(const std::string& name, float value) {
  add_attribute(name, ::onnx::AttributeProto::FLOAT)->set_f(value);
  return *this;
}

OnnxWriter& OnnxWriter::with(const std::string& name, const std::vector<int64_t>& values) {
  ::onnx::AttributeProto* attribute = add_attribute(name, ::onnx::AttributeProto::INTS);
  for (int64_t value : values) attribute->add_ints(value);
  return *this;
}

void OnnxWriter::metadata(const std::string& key, const std::string& value) {
  auto* property = model_.add_metadata_props();
  property->set_key(key);
  property->set_value(value);
}

std::string OnnxWriter::finish(const std::string& value, const std::string& name, int64_t outputs) {
  for (auto& node : *graph_->mutable_node()) {
    for (std::string& input : *node.mutable_input()) {
      if (input == value) input = name;
    }
    if (node.output(0) == value) node.set_output(0, name);
  }
  describe_value(graph_->add_output(), name, {outputs});
  std::string bytes;
  {
    ::google::protobuf::io::StringOutputStream stream(&bytes);
    ::google::protobuf::io::CodedOutputStream coded(&stream);
    coded.SetSerializationDeterministic(true);
    promise(model_.SerializeToCodedStream(&coded), "an ONNX model can be written");
  }
  return bytes;
}

}  // namespace apprentice::onnx::write
