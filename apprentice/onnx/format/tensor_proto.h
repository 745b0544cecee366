// SPDX-License-Identifier: Apache-2.0
// Between ONNX TensorProto and host Tensor (onnx.ai, onnx.proto, message TensorProto).
#pragma once

#include <onnx/onnx_pb.h>

#include <optional>
#include <string>

#include "apprentice/base/error.h"
#include "apprentice/base/tensor.h"

namespace apprentice::onnx {

// The host dtype of a TensorProto.DataType; empty for strings, complex numbers and types below eight bits.
std::optional<DType> dtype_from_onnx(int32_t data_type);
int32_t dtype_to_onnx(DType dtype);
// "FLOAT", "STRING", "type 23"
std::string onnx_type_name(int32_t data_type);

// The values must be in the message and as many as its dims say. `place` leads messages.
Result<Tensor> tensor_from_proto(const ::onnx::TensorProto& proto, const std::string& place);
// As tensor_from_proto, from bytes kept elsewhere (external data).
Result<Tensor> tensor_from_bytes(const ::onnx::TensorProto& proto, std::string_view bytes, const std::string& place);
void tensor_to_proto(const Tensor& tensor, const std::string& name, ::onnx::TensorProto& proto);

// Parses with protobuf's own limits (2 GiB, 100 levels).
bool parse_proto(std::string_view bytes, ::google::protobuf::MessageLite& message);

}  // namespace apprentice::onnx
