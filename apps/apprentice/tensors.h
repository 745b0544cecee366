// SPDX-License-Identifier: Apache-2.0
// Tensors in files: .npy, and ONNX TensorProto as .pb.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "apprentice/base/error.h"
#include "apprentice/base/tensor.h"

namespace apprentice::cli {

enum class TensorFormat { kNpy, kPb };
// By the ending; refuses others.
Result<TensorFormat> format_of(const std::string& path);

Result<Tensor> read_tensor(const std::string& path);
struct WrittenFile {
  std::string name, path;
  Shape shape;
};
// One file for each, named after the tensor: characters that do not belong in a file name become "%2F", and names that
// differ in case only get a number.
Result<std::vector<WrittenFile>> write_tensors(const std::string& folder, const std::map<std::string, Tensor>& tensors,
                                               TensorFormat format);

// "NAME=FILE" in two. Both may hold '='; then it is where FILE is there that counts, or the first one.
struct NamedFile {
  std::string name, path;
};
Result<NamedFile> split_assignment(const std::string& text);

}  // namespace apprentice::cli
