// SPDX-License-Identifier: Apache-2.0
// A shape, a dtype and contiguous host bytes in C order; no math. Used wherever numbers cross a folder border.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace apprentice {

using Shape = std::vector<int64_t>;

// Number of elements; 1 for the empty shape (a scalar). Throws BrokenPromise on negative sizes or overflow of int64.
int64_t element_count(const Shape& shape);
// As element_count for shapes from outside: -1 on negative sizes or overflow.
int64_t checked_element_count(const Shape& shape);
// "[1, 3, 32, 32]"
std::string to_string(const Shape& shape);

enum class DType { kF32, kF64, kI8, kU8, kI16, kU16, kI32, kU32, kI64, kU64, kBool, kF16, kBF16 };
int64_t byte_size(DType dtype);
const char* to_string(DType dtype);

namespace detail {
template <typename T>
struct DTypeOf;
template <>
struct DTypeOf<float> {
  static constexpr DType value = DType::kF32;
};
template <>
struct DTypeOf<double> {
  static constexpr DType value = DType::kF64;
};
template <>
struct DTypeOf<int8_t> {
  static constexpr DType value = DType::kI8;
};
template <>
struct DTypeOf<uint8_t> {
  static constexpr DType value = DType::kU8;
};
template <>
struct DTypeOf<int16_t> {
  static constexpr DType value = DType::kI16;
};
template <>
struct DTypeOf<int32_t> {
  static constexpr DType value = DType::kI32;
};
template <>
struct DTypeOf<int64_t> {
  static constexpr DType value = DType::kI64;
};
template <>
struct DTypeOf<bool> {
  static constexpr DType value = DType::kBool;
};
}  // namespace detail

class Tensor {
 public:
  Tensor() = default;
  // Zero-filled.
  Tensor(DType dtype, Shape shape);
  static Tensor from(Shape shape, const std::vector<float>& values);

  DType dtype() const { return dtype_; }
  const Shape& shape() const { return shape_; }
  int64_t size() const { return size_; }
  int64_t byte_count() const { return static_cast<int64_t>(bytes_.size()); }
  const std::byte* bytes() const { return bytes_.data(); }
  std::byte* bytes() { return bytes_.data(); }

  // Typed access; throws BrokenPromise when T is not the dtype.
  template <typename T>
  T* data() {
    expect(detail::DTypeOf<T>::value);
    return reinterpret_cast<T*>(bytes_.data());
  }
  template <typename T>
  const T* data() const {
    expect(detail::DTypeOf<T>::value);
    return reinterpret_cast<const T*>(bytes_.data());
  }

  // Same bytes under another shape of the same size; throws BrokenPromise when the sizes differ.
  void reshape(Shape shape);
  // Values converted to float32 (a copy); int64 beyond 2^24 loses digits.
  Tensor to_f32() const;

 private:
  void expect(DType dtype) const;

  DType dtype_ = DType::kF32;
  Shape shape_{0};
  int64_t size_ = 0;
  std::vector<std::byte> bytes_;
};

// Of float32 values.
bool all_finite(const Tensor& values);

}  // namespace apprentice
