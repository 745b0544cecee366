// SPDX-License-Identifier: Apache-2.0
#include "apprentice/base/tensor.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <cstring>

#include "apprentice/base/error.h"

namespace apprentice {
namespace {

struct DTypeRow {
  const char* name;
  int64_t bytes;
};

const DTypeRow& row(DType dtype) {
  static const DTypeRow rows[] = {{"float32", 4}, {"float64", 8}, {"int8", 1},    {"uint8", 1}, {"int16", 2},
                                  {"uint16", 2},  {"int32", 4},   {"uint32", 4},  {"int64", 8}, {"uint64", 8},
                                  {"bool", 1},    {"float16", 2}, {"bfloat16", 2}};
  return rows[static_cast<int>(dtype)];
}

float float_from_bits(uint32_t bits) {
  float value;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}

// IEEE 754 binary16 to binary32.
float half_to_float(uint16_t half) {
  const uint32_t sign = static_cast<uint32_t>(half & 0x8000U) << 16;
  const uint32_t exponent = (half >> 10) & 0x1FU;
  const uint32_t mantissa = half & 0x3FFU;
  if (exponent == 31) return float_from_bits(sign | 0x7F800000U | (mantissa << 13));
  if (exponent != 0) return float_from_bits(sign | ((exponent + 112) << 23) | (mantissa << 13));
  const float magnitude = static_cast<float>(mantissa) * float_from_bits(0x33800000U);  // 2^-24
  return sign != 0 ? -magnitude : magnitude;
}

template <typename T>
void convert(const std::byte* from, int64_t count, float* to) {
  for (int64_t i = 0; i < count; ++i) {
    T value;
    std::memcpy(&value, from + i * static_cast<int64_t>(sizeof(T)), sizeof value);
    to[i] = static_cast<float>(value);
  }
}

template <typename Decode>
void decode_16(const std::byte* from, int64_t count, float* to, Decode decode) {
  for (int64_t i = 0; i < count; ++i) {
    uint16_t bits;
    std::memcpy(&bits, from + 2 * i, sizeof bits);
    to[i] = decode(bits);
  }
}

}  // namespace

int64_t checked_element_count(const Shape& shape) {
  int64_t count = 1;
  for (int64_t size : shape) {
    if (size < 0 || __builtin_mul_overflow(count, size, &count)) return -1;
  }
  return count;
}

int64_t element_count(const Shape& shape) {
  const int64_t count = checked_element_count(shape);
  promise(count >= 0, "a shape has negative or absurd sizes");
  return count;
}

std::string to_string(const Shape& shape) { return fmt::format("[{}]", fmt::join(shape, ", ")); }

int64_t byte_size(DType dtype) { return row(dtype).bytes; }
const char* to_string(DType dtype) { return row(dtype).name; }

Tensor::Tensor(DType dtype, Shape shape)
    : dtype_(dtype),
      shape_(std::move(shape)),
      size_(element_count(shape_)),
      bytes_(static_cast<size_t>(size_ * byte_size(dtype))) {}

Tensor Tensor::from(Shape shape, const std::vector<float>& values) {
  Tensor tensor(DType::kF32, std::move(shape));
  promise(tensor.size() == static_cast<int64_t>(values.size()), "shape and values differ in size");
  if (!values.empty()) std::memcpy(tensor.bytes(), values.data(), values.size() * sizeof(float));
  return tensor;
}

void Tensor::expect(DType dtype) const { promise(dtype == dtype_, "a tensor is read as another dtype"); }

void Tensor::reshape(Shape shape) {
  promise(element_count(shape) == size_, "a reshape changes the number of elements");
  shape_ = std::move(shape);
}

Tensor Tensor::to_f32() const {
  Tensor out(DType::kF32, shape_);
  float* to = out.data<float>();
  switch (dtype_) {
    case DType::kF32: convert<float>(bytes(), size_, to); break;
    case DType::kF64: convert<double>(bytes(), size_, to); break;
    case DType::kI8: convert<int8_t>(bytes(), size_, to); break;
    case DType::kU8: convert<uint8_t>(bytes(), size_, to); break;
    case DType::kI16: convert<int16_t>(bytes(), size_, to); break;
    case DType::kU16: convert<uint16_t>(bytes(), size_, to); break;
    case DType::kI32: convert<int32_t>(bytes(), size_, to); break;
    case DType::kU32: convert<uint32_t>(bytes(), size_, to); break;
    case DType::kI64: convert<int64_t>(bytes(), size_, to); break;
    case DType::kU64: convert<uint64_t>(bytes(), size_, to); break;
    case DType::kBool: convert<uint8_t>(bytes(), size_, to); break;
    case DType::kF16: decode_16(bytes(), size_, to, half_to_float); break;
    case DType::kBF16:
      decode_16(bytes(), size_, to, [](uint16_t bits) { return float_from_bits(static_cast<uint32_t>(bits) << 16); });
      break;
  }
  return out;
}

bool all_finite(const Tensor& values) {
  return std::all_of(values.data<float>(), values.data<float>() + values.size(),
                     [](float value) { return std::isfinite(value); });
}

}  // namespace apprentice
