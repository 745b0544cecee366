// SPDX-License-Identifier: Apache-2.0
// Tensors in files: .npy, and ONNX TensorProto as .pb.
#pragma once

#include <string>
#include <vector>

#include "apprentice/base/error.h"
#include "apprentice/base/tensor.h"

namespace apprentice::cli {

enum class TensorFormat { kNpy, kPb };
// By the ending; refuses others.
Result<TensorFormat> format_of(const std::string& path);

Result<Tensor> read_tensor(const std::string& path);
// `name` of the tensor; characters that do not belong in a file name become '_'. Returns the path written.
Result<std::string> write_tensor(const std::string& folder, const std::string& name, const Tensor& tensor,
                                 TensorFormat format);

// "NAME=FILE" in two.
struct NamedFile {
  std::string name, path;
};
Result<NamedFile> split_assignment(const std::string& text);

}  // namespace apprentice::cli
