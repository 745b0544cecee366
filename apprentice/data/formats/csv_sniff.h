// SPDX-License-Identifier: Apache-2.0
// Guesses about delimited text from its first rows. Internal to data/formats/.
#pragma once

#include <string>
#include <vector>

#include "apprentice/data/formats/csv.h"

namespace apprentice::data {

using TextRows = std::vector<std::vector<std::string>>;

// What a cell is, for a file that writes numbers so and has these further words for a missing value.
struct CellRules {
  NumberStyle style;
  const std::vector<std::string>& missing_values;

  bool is_number(const std::string& cell) const;
  bool is_missing(const std::string& cell) const;
  // Whether column `i` of rows [from, end) holds numbers, one at least, and nothing else but missing cells.
  bool is_number_column(const TextRows& rows, size_t from, size_t i) const;
};

// Whether a row is 0, 1, 2, ...; the first cell may be empty, as over an index.
bool counts_up(const std::vector<std::string>& row);

enum class FirstLine { kHeader, kNumberedHeader, kRow, kUnsure };
// Whether rows[0] is a header. A header has a text over numbers; a row has texts that occur again below, or a number
// with a fraction. 0, 1, 2, ... is a header over fractions or texts; over whole numbers it may be either.
FirstLine judge_first_line(const TextRows& rows, const CellRules& rules);

// Number of rows at the front, behind a header, that hold units and the like: texts over columns of numbers.
size_t unit_rows(const TextRows& rows, const CellRules& rules);

// Number of lines above the table: rows of another size that a header and at least two rows of one size follow.
size_t lines_above(const TextRows& rows, const CellRules& rules);

// Number of cells at the end that are empty in every row.
size_t spare_cells(const TextRows& rows);

// A cell that reads as 1,5 or as 1.234,5 and the like.
struct NumberHints {
  int64_t decimal_comma = 0;    // 1,5 and 0,123 and 1.234,5
  int64_t decimal_point = 0;    // 1.5
  int64_t thousands_comma = 0;  // 1,234.5
  int64_t thousands_point = 0;  // 1.234,5
  std::string either;           // the first 1,234, which is 1.234 or 1234
};
NumberHints number_hints(const TextRows& rows);

}  // namespace apprentice::data
