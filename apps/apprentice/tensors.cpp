// SPDX-License-Identifier: Apache-2.0
#include "tensors.h"

#include <cctype>
#include <optional>
#include <set>

#include "apprentice/base/files.h"
#include "apprentice/data/formats/npy.h"
#include "apprentice/onnx/format/tensor_file.h"

namespace apprentice::cli {
namespace {

bool ends_with(const std::string& text, const std::string& end) {
  return text.size() >= end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0;
}

// Characters that do not belong in a file name as in addresses on the web, "a/b" as "a%2Fb": two names stay two.
std::string file_name_of(const std::string& name) {
  std::string out;
  for (size_t i = 0; i < name.size(); ++i) {
    const auto c = static_cast<unsigned char>(name[i]);
    const bool plain = std::isalnum(c) != 0 || c == '_' || c == '-' || (c == '.' && i > 0);
    out += plain ? std::string(1, name[i]) : fmt::format("%{:02X}", c);
  }
  return out.empty() ? "_" : out;
}

std::string lower_case(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
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
    APPRENTICE_TRY(onnx::NamedTensor value, onnx::read_tensor_file(path));
    return std::move(value.tensor);
  }
  APPRENTICE_TRY(data::NpyArray array, data::read_npy(path));
  if (array.is_text) return bad_input(path, "holds texts; a model takes numbers");
  return std::move(array.tensor);
}

Result<std::vector<WrittenFile>> write_tensors(const std::string& folder, const std::map<std::string, Tensor>& tensors,
                                               TensorFormat format) {
  std::vector<WrittenFile> written;
  std::set<std::string> taken;  // in lower case: file systems may not tell "Y" from "y"
  for (const auto& [name, tensor] : tensors) {
    const std::string stem = file_name_of(name);
    std::string free = stem;
    for (int number = 2; !taken.insert(lower_case(free)).second; ++number) free = fmt::format("{}%{}", stem, number);
    const std::string path = folder + "/" + free + (format == TensorFormat::kNpy ? ".npy" : ".pb");
    APPRENTICE_CHECK(format == TensorFormat::kNpy ? data::write_npy(path, tensor)
                                                  : onnx::write_tensor_file(path, {name, tensor}));
    written.push_back({name, path, tensor.shape()});
  }
  return written;
}

Result<NamedFile> split_assignment(const std::string& text) {
  std::optional<NamedFile> first;
  for (size_t at = text.find('='); at != std::string::npos; at = text.find('=', at + 1)) {
    if (at == 0 || at + 1 == text.size()) continue;
    NamedFile file{text.substr(0, at), text.substr(at + 1)};
    if (file_exists(file.path)) return file;
    if (!first) first = std::move(file);
  }
  if (first) return *first;
  return bad_input("--input", "'{}' is not NAME=FILE", text);
}

}  // namespace apprentice::cli
