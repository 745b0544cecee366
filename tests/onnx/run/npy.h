// SPDX-License-Identifier: Apache-2.0
// Reads the float32 golden files of data/models_thirdparty: NPY version 1.0, little-endian, C order.
#pragma once

#include <cstring>
#include <sstream>
#include <string>

#include "apprentice/base/files.h"
#include "apprentice/base/tensor.h"

namespace apprentice::test {

inline Tensor read_golden(const std::string& path) {
  const Result<std::string> file = read_file(path);
  promise(file.has_value(), "golden: a readable file");
  const std::string& bytes = *file;
  const size_t header = static_cast<unsigned char>(bytes.at(8)) + 256U * static_cast<unsigned char>(bytes.at(9));
  const std::string text = bytes.substr(10, header);
  promise(text.find("<f4") != std::string::npos && text.find("False") != std::string::npos, "golden: C-order float32");
  const size_t open = text.find('(');
  std::istringstream numbers(text.substr(open + 1, text.find(')') - open - 1));
  Shape shape;
  for (std::string cell; std::getline(numbers, cell, ',');)
    if (cell.find_first_of("0123456789") != std::string::npos) shape.push_back(std::stoll(cell));
  Tensor out(DType::kF32, shape);
  promise(bytes.size() - 10 - header == static_cast<size_t>(out.byte_count()), "golden: whole file");
  std::memcpy(out.bytes(), bytes.data() + 10 + header, static_cast<size_t>(out.byte_count()));
  return out;
}

}  // namespace apprentice::test
