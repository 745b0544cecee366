// SPDX-License-Identifier: Apache-2.0
#include "apprentice/onnx/format/tensor_file.h"

#include "apprentice/base/files.h"
#include "apprentice/onnx/format/tensor_proto.h"

namespace apprentice::onnx {

Result<NamedTensor> read_tensor_file(const std::string& path) {
  APPRENTICE_TRY(const MappedFile file, MappedFile::open(path));
  ::onnx::TensorProto proto;
  if (!parse_proto(file.view(), proto))
    return bad_input(path, "not an ONNX tensor: the bytes do not parse as TensorProto");
  if (proto.data_location() == ::onnx::TensorProto::EXTERNAL)
    return bad_input(path, "the tensor keeps its values in another file; only a tensor that holds them can be read");
  APPRENTICE_TRY(Tensor tensor, tensor_from_proto(proto, path));
  return NamedTensor{proto.name(), std::move(tensor)};
}

Status write_tensor_file(const std::string& path, const NamedTensor& value) {
  ::onnx::TensorProto proto;
  tensor_to_proto(value.tensor, value.name, proto);
  return write_file(path, proto.SerializeAsString());
}

}  // namespace apprentice::onnx
