// SPDX-License-Identifier: Apache-2.0
// One tensor in one file as ONNX TensorProto (.pb), the form of ONNX's own test data.
#pragma once

#include <string>

#include "apprentice/base/error.h"
#include "apprentice/base/tensor.h"

namespace apprentice::onnx {

struct NamedTensor {
  std::string name;  // may be empty
  Tensor tensor;
};
Result<NamedTensor> read_tensor_file(const std::string& path);
Status write_tensor_file(const std::string& path, const NamedTensor& value);

}  // namespace apprentice::onnx
