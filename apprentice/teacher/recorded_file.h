// SPDX-License-Identifier: Apache-2.0
// Answers recorded in a file: .npy, or .csv with the class names as its header. Internal to teacher/.
#pragma once

#include <string>
#include <vector>

#include "apprentice/base/error.h"
#include "apprentice/base/tensor.h"

namespace apprentice::teacher {

struct RecordedFile {
  Tensor answers;                    // float32 [lines, values], in the order of the data's rows
  std::vector<int64_t> rows;         // per line the row that it answers, ascending; empty = line i answers row i
  std::vector<std::string> columns;  // names of the values in a .csv; empty for .npy
};

// A .csv may have a column `row` that says which row of the data each line answers, in any order; without it, line i is
// row i. Refused by line or row: a value that is missing or no finite number, a row answered twice.
Result<RecordedFile> read_recorded(const std::string& path);

}  // namespace apprentice::teacher
