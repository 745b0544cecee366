// SPDX-License-Identifier: Apache-2.0
// Sequences and empty optionals on their way through the executor: as tensors without numbers, which libtorch refuses
// to compute with. An optional that holds a value is that value. Internal to onnx/run/.
#pragma once

#include <string>

#include "apprentice/onnx/run/op.h"

namespace apprentice::onnx::run {

// Elements of one sequence; a tensor each.
inline constexpr int64_t kMostSequenceElements = int64_t{1} << 20;

at::Tensor pack_sequence(Values elements);
at::Tensor pack_none();

// The elements, or null where the value is a plain tensor or an empty optional.
const Values* sequence_of(const at::Tensor& value);
bool is_none(const at::Tensor& value);
// Neither of both.
bool is_plain(const at::Tensor& value);

// "y[3]": the name of one element outside the executor, where every value is a tensor.
std::string element_name(const std::string& sequence, size_t index);

}  // namespace apprentice::onnx::run
