// SPDX-License-Identifier: Apache-2.0
#include "tensors.h"

#include <cctype>

#include "apprentice/data/formats/npy.h"
#include "apprentice/onnx/tensor_file.h"

namespace apprentice::cli {
namespace {

bool ends_with(const std::string& text, const std::string& end) {
  return text.size() >= end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0;
}

std::string file_name_of(std::string name) {
  for (char& c : name) {
    if (std::isalnum(static_cast<unsigned char>(c)) == 0 && c != '_' && c != '-' && c != '.') c = '_';
  }
  if (name.empty() || name.front() == '.') name = "_" + name;
  return name;
}

}  // namespace

Result<TensorFormat> format_of(const std::string& path) {
  if (ends_with(path, ".npy")) return TensorFormat::kNpy;
  if (ends_with(path, ".pb")) return TensorFormat::kPb;
  return bad_input(path, "is neither a .npy nor a .pb (ONNX TensorProto) file");
}

Result<Tensor> read_tensor(const std::string& path) {
  APPRENTICE_TRY(const TensorFormat format, format_of(path));
  if (format == TensorFormat::kPb) {
    APPRENTICE_TRY(NamedTensor value, read_tensor_file(path));
    return std::move(value.tensor);
  }
  APPRENTICE_TRY(NpyArray array, read_npy(path));
  if (array.is_text) return bad_input(path, "holds texts; a model takes numbers");
  return std::move(array.tensor);
}

Result<std::string> write_tensor(const std::string& folder, const std::string& name, const Tensor& tensor,
                                 TensorFormat format) {
  const std::string path = folder + "/" + file_name_of(name) + (format == TensorFormat::kNpy ? ".npy" : ".pb");
  APPRENTICE_CHECK(format == TensorFormat::kNpy ? write_npy(path, tensor) : write_tensor_file(path, {name, tensor}));
  return path;
}

Result<NamedFile> split_assignment(const std::string& text) {
  const size_t equals = text.find('=');
  if (equals == std::string::npos || equals == 0 || equals + 1 == text.size()) {
    return bad_input("--input", "'{}' is not NAME=FILE", text);
  }
  return NamedFile{text.substr(0, equals), text.substr(equals + 1)};
}

}  // namespace apprentice::cli
