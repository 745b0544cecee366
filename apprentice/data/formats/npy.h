// SPDX-License-Identifier: Apache-2.0
// NPY, NumPy's array file, versions 1 to 3 (numpy.lib.format). docs/formats/npy.md
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "apprentice/base/error.h"
#include "apprentice/base/tensor.h"

namespace apprentice::data {

struct NpyArray {
  Shape shape;
  Tensor tensor;                   // numbers, in C order
  std::vector<std::string> texts;  // instead of tensor for arrays of texts ('U' and 'S')
  bool is_text = false;
};

struct NpyHeader {
  Shape shape;
  char kind = 'f';         // f, i, u, b, U, S as in numpy's dtype.kind
  int64_t item_bytes = 0;  // per element
  bool fortran_order = false;
  size_t data_offset = 0;
};

// Reads the header and checks that exactly the data it promises follows, before anything of that size is allocated.
// Refused by name: big-endian, objects, records, complex numbers, dates, sizes that overflow, missing bytes.
Result<NpyHeader> read_npy_header(std::string_view bytes, const std::string& name);
// Arrays in Fortran order are turned into C order.
Result<NpyArray> parse_npy(std::string_view bytes, const std::string& name);
Result<NpyArray> read_npy(const std::string& path);

// Version 1.0, little-endian, C order; dtypes of numpy only (no bf16).
Result<std::string> npy_bytes(const Tensor& tensor);
Status write_npy(const std::string& path, const Tensor& tensor);

// The values as float32; refuses texts.
Result<std::vector<float>> npy_floats(const NpyArray& array, const std::string& name);
// Whether the array holds labels or groups: [rows], [rows, 1], or rows of one 1 and zeros else [rows, classes].
bool is_one_per_row(const NpyArray& array);
// One text per row of such an array; of one-hot rows, the place of the 1.
std::vector<std::string> npy_row_texts(const NpyArray& array);
// The elements as texts, numbers without a needless fraction ("3", "0.5"); for labels and groups. Row-major.
std::vector<std::string> npy_texts(const NpyArray& array);

}  // namespace apprentice::data
