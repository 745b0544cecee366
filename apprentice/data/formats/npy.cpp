// SPDX-License-Identifier: Apache-2.0
#include "apprentice/data/formats/npy.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>

#include "apprentice/base/files.h"
#include "apprentice/base/utf8.h"

namespace apprentice::data {
namespace {

DType dtype_of(const NpyHeader& header) {
  if (header.kind == 'b') return DType::kBool;
  if (header.kind == 'f') {
    return header.item_bytes == 2 ? DType::kF16 : header.item_bytes == 4 ? DType::kF32 : DType::kF64;
  }
  const bool is_signed = header.kind == 'i';
  switch (header.item_bytes) {
    case 1: return is_signed ? DType::kI8 : DType::kU8;
    case 2: return is_signed ? DType::kI16 : DType::kU16;
    case 4: return is_signed ? DType::kI32 : DType::kU32;
    default: return is_signed ? DType::kI64 : DType::kU64;
  }
}

const char* descr_of(DType dtype) {
  switch (dtype) {
    case DType::kF16: return "<f2";
    case DType::kF32: return "<f4";
    case DType::kF64: return "<f8";
    case DType::kI8: return "|i1";
    case DType::kU8: return "|u1";
    case DType::kI16: return "<i2";
    case DType::kU16: return "<u2";
    case DType::kI32: return "<i4";
    case DType::kU32: return "<u4";
    case DType::kI64: return "<i8";
    case DType::kU64: return "<u8";
    case DType::kBool: return "|b1";
    default: return nullptr;
  }
}

// Copies elements of `item` bytes stored with the first axis fastest into C order.
void copy_fortran(const char* from, std::byte* to, const Shape& shape, int64_t item) {
  Shape index(shape.size(), 0);
  const int64_t count = element_count(shape);
  for (int64_t i = 0; i < count; ++i) {  // i counts in C order
    int64_t source = 0;
    for (size_t axis = shape.size(); axis-- > 0;) source = source * shape[axis] + index[axis];
    std::memcpy(to + i * item, from + source * item, static_cast<size_t>(item));
    for (size_t axis = shape.size(); axis-- > 0;) {
      if (++index[axis] < shape[axis]) break;
      index[axis] = 0;
    }
  }
}

// One element of dtype 'S' (bytes) or 'U' (UTF-32), padded with zeros.
std::string text_of(const char* bytes, const NpyHeader& header) {
  std::string text;
  if (header.kind == 'S') {
    text.assign(bytes, strnlen(bytes, static_cast<size_t>(header.item_bytes)));
    return text;
  }
  for (int64_t i = 0; i < header.item_bytes; i += 4) {
    uint32_t code = 0;
    std::memcpy(&code, bytes + i, 4);
    if (code == 0) break;
    append_utf8(code, text);
  }
  return text;
}

std::string number_text(int64_t value) { return std::to_string(value); }
std::string number_text(int32_t value) { return std::to_string(value); }

std::string number_text(double value) {
  char buffer[40];
  const bool is_whole = value == std::floor(value) && std::fabs(value) < 1e15;
  const auto [end, error] = is_whole ? std::to_chars(buffer, buffer + sizeof buffer, static_cast<int64_t>(value))
                                     : std::to_chars(buffer, buffer + sizeof buffer, static_cast<float>(value));
  return error == std::errc() ? std::string(buffer, end) : "NaN";
}

std::string number_text(float value) { return number_text(static_cast<double>(value)); }

}  // namespace

Result<NpyArray> parse_npy(std::string_view bytes, const std::string& name) {
  APPRENTICE_TRY(const NpyHeader header, read_npy_header(bytes, name));
  NpyArray array;
  array.shape = header.shape;
  array.is_text = header.kind == 'U' || header.kind == 'S';
  const char* data = bytes.data() + header.data_offset;
  const bool turned = header.fortran_order && header.shape.size() > 1;
  if (array.is_text) {
    if (turned) return fail(ErrorKind::kUnsupported, name, "texts in Fortran order are not read; save them in C order");
    const int64_t count = element_count(header.shape);
    for (int64_t i = 0; i < count; ++i) {
      array.texts.push_back(text_of(data + i * header.item_bytes, header));
      if (find_not_utf8(array.texts.back()) == std::string::npos) continue;
      return bad_input(name, "text {} ('{}') is not UTF-8; save the texts as str (dtype 'U')", i, array.texts.back());
    }
    return array;
  }
  array.tensor = Tensor(dtype_of(header), header.shape);
  if (turned) {
    copy_fortran(data, array.tensor.bytes(), header.shape, header.item_bytes);
  } else if (array.tensor.byte_count() > 0) {
    std::memcpy(array.tensor.bytes(), data, static_cast<size_t>(array.tensor.byte_count()));
  }
  if (header.kind == 'b') {  // a byte other than 0 and 1 is no bool for C++
    for (int64_t i = 0; i < array.tensor.size(); ++i) {
      array.tensor.bytes()[i] = std::byte{array.tensor.bytes()[i] != std::byte{0}};
    }
  }
  return array;
}

Result<NpyArray> read_npy(const std::string& path) {
  APPRENTICE_TRY(const MappedFile file, MappedFile::open(path));
  return parse_npy(file.view(), path);
}

Result<std::string> npy_bytes(const Tensor& tensor) {
  const char* descr = descr_of(tensor.dtype());
  if (descr == nullptr) {
    return fail(ErrorKind::kUnsupported, "", "NPY has no dtype for {}", to_string(tensor.dtype()));
  }
  std::string shape;
  for (const int64_t size : tensor.shape()) shape += std::to_string(size) + ",";
  std::string dict = fmt::format("{{'descr': '{}', 'fortran_order': False, 'shape': ({}), }}", descr, shape);
  const size_t unpadded = 10 + dict.size() + 1;
  dict.append((64 - unpadded % 64) % 64, ' ');
  dict += '\n';
  std::string bytes("\x93NUMPY\x01\x00", 8);
  bytes += static_cast<char>(dict.size() & 0xFF);
  bytes += static_cast<char>(dict.size() >> 8);
  bytes += dict;
  bytes.append(reinterpret_cast<const char*>(tensor.bytes()), static_cast<size_t>(tensor.byte_count()));
  return bytes;
}

Status write_npy(const std::string& path, const Tensor& tensor) {
  APPRENTICE_TRY(const std::string bytes, npy_bytes(tensor));
  return write_file(path, bytes);
}

Result<std::vector<float>> npy_floats(const NpyArray& array, const std::string& name) {
  if (array.is_text) return bad_input(name, "the array holds texts; expected numbers");
  if (array.tensor.size() == 0) return bad_input(name, "the array of shape {} is empty", to_string(array.shape));
  const Tensor tensor = array.tensor.to_f32();
  const float* values = tensor.data<float>();
  return std::vector<float>(values, values + tensor.size());
}

std::vector<std::string> npy_texts(const NpyArray& array) {
  if (array.is_text) return array.texts;
  std::vector<std::string> texts;
  if (array.tensor.size() == 0) return texts;
  const auto add_all = [&](const auto* values) {
    for (int64_t i = 0; i < array.tensor.size(); ++i) texts.push_back(number_text(values[i]));
    return texts;
  };
  if (array.tensor.dtype() == DType::kI64) return add_all(array.tensor.data<int64_t>());
  if (array.tensor.dtype() == DType::kI32) return add_all(array.tensor.data<int32_t>());
  if (array.tensor.dtype() == DType::kF64) return add_all(array.tensor.data<double>());
  const Tensor tensor = array.tensor.to_f32();
  return add_all(tensor.data<float>());
}

namespace {

// The place of the only 1 of each row of zeros; empty where a row is another one.
std::vector<std::string> one_hot(const NpyArray& array) {
  std::vector<std::string> places;
  if (array.is_text || array.shape.size() != 2 || array.shape[1] < 2 || array.tensor.size() == 0) return places;
  const Tensor tensor = array.tensor.to_f32();
  const int64_t classes = array.shape[1];
  for (const float* row = tensor.data<float>(); row < tensor.data<float>() + tensor.size(); row += classes) {
    const auto zeros = std::count(row, row + classes, 0.0F), ones = std::count(row, row + classes, 1.0F);
    if (ones != 1 || zeros != classes - 1) return {};
    places.push_back(std::to_string(std::find(row, row + classes, 1.0F) - row));
  }
  return places;
}

}  // namespace

bool is_one_per_row(const NpyArray& array) {
  return array.shape.size() == 1 || (array.shape.size() == 2 && array.shape[1] == 1) || !one_hot(array).empty();
}

std::vector<std::string> npy_row_texts(const NpyArray& array) {
  std::vector<std::string> places = one_hot(array);
  return places.empty() ? npy_texts(array) : places;
}

}  // namespace apprentice::data
