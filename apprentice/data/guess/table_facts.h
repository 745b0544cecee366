// SPDX-License-Identifier: Apache-2.0
// What the columns of a table hold: the facts that guesses about their roles stand on.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "apprentice/base/error.h"
#include "apprentice/data/formats/csv.h"
#include "apprentice/data/formats/npy.h"

namespace apprentice::data {

struct ColumnFacts {
  enum class Kind { kEmpty, kInteger, kNumber, kTime, kText };
  static constexpr int64_t kMostValues = 4096;

  std::string name;
  Kind kind = Kind::kEmpty;                // kTime: texts that are dates or times, or numbers since 1970
  int64_t missing = 0;                     // rows without a value
  std::vector<std::string> missing_words;  // how they say so, apart from empty cells; at most 8
  int64_t distinct = 0;                    // values, counted up to kMostValues + 1
  int64_t texts = 0;                       // cells that are no numbers, in a column that has both
  std::string odd;                         // the first of them
  double share_of_one_up = 0;              // of the steps from row to row within a file: +1
  double share_of_falls = 0;               // and down
  bool epoch = false;                      // numbers that count from 1970
  std::vector<std::string> values;         // the distinct ones, in order of appearance
  std::vector<int32_t> codes;              // of every row into `values`, -1 = missing; empty where there are too many
  std::vector<double> numbers;             // of every row, NaN = missing; seconds of times; empty for texts

  bool is_number() const { return kind == Kind::kInteger || kind == Kind::kNumber; }
  bool is_constant() const { return distinct == 1 && missing == 0; }
  bool is_flag() const { return distinct == 2 && !codes.empty(); }
  // A few values that come again, as classes and machines do.
  bool is_countable(int64_t rows, int64_t most) const {
    return (kind == Kind::kInteger || kind == Kind::kText) && distinct >= 2 && distinct <= most && !codes.empty() &&
           2 * distinct <= rows;
  }
};

struct TableFacts {
  std::vector<std::string> paths;
  std::vector<int64_t> file_rows;  // read, of each file
  int64_t rows = 0;
  bool whole = true;  // every row was read
  bool has_header = false;
  std::vector<ColumnFacts> columns;

  const ColumnFacts* find(const std::string& name) const;
};

// Reads the files, of large ones the first rows. Their columns must agree, as a job needs it.
Result<TableFacts> look_into_tables(const std::vector<std::string>& paths, const CsvOptions& options);

// The columns c0, c1, ... of an array [rows, columns], then "label" and "group" where there is one text for each row.
TableFacts facts_of_array(const NpyArray& array, const std::vector<std::string>& labels,
                          const std::vector<std::string>& groups);
ColumnFacts facts_of_texts(const std::string& name, const std::vector<std::string>& cells);

}  // namespace apprentice::data
