// SPDX-License-Identifier: Apache-2.0
// Delimited text (RFC 4180 and its relatives): rows of cells with the line they came from. docs/formats/csv.md
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "apprentice/base/error.h"

namespace apprentice {

struct CsvOptions {
  char delimiter = 0;  // ',', ';', '\t', ' ' (runs of blanks) or 0 = found from the first line
  enum class Header { kAuto, kYes, kNo };
  Header header = Header::kAuto;          // auto: a first line with a cell that is no number is a header
  std::vector<std::string> column_names;  // stand for a missing header
};

// Reads one row after the other out of `text`, which must stay alive. Not thread-safe.
class CsvReader {
 public:
  // `name` stands for the file in messages. Refuses empty text, text that is not UTF-8, and headers with the
  // same name twice.
  static Result<CsvReader> open(std::string_view text, const std::string& name, const CsvOptions& options);

  const std::vector<std::string>& columns() const { return columns_; }
  bool has_header() const { return has_header_; }
  // The next row: as many cells as columns, valid until the next call; false at the end. Empty lines are skipped.
  // Refuses a row with another number of cells, a quote that never closes, and a zero byte.
  Result<bool> next(std::vector<std::string_view>& cells);
  // Line of the row that next() gave, from 1.
  int64_t line() const { return row_line_; }
  // "data.csv:7"
  std::string place() const { return name_ + ":" + std::to_string(row_line_); }

 private:
  Result<bool> split_line(std::vector<std::string_view>& cells);
  Status read_quoted(std::vector<std::string_view>& cells);
  void split_blanks(std::string_view line, std::vector<std::string_view>& cells);
  Status name_columns(std::vector<std::string_view> first, const CsvOptions& options);

  std::string_view text_;
  std::string name_;
  char delimiter_ = ',';
  size_t at_ = 0;
  int64_t line_ = 1, row_line_ = 1;
  bool has_header_ = false;
  std::vector<std::string> columns_;
  std::deque<std::string> unquoted_;  // cells with doubled quotes, of the current row
};

// A finite or infinite number filling the whole cell (blanks around it, a leading + and case of "nan" aside).
bool parse_number(std::string_view cell, double& value);
// Empty, or one of NA, N/A, NaN, null, none, ?, - in any case.
bool is_missing(std::string_view cell);
std::string_view trim(std::string_view text);
// "," ";" "tab" "blank" or "auto" of the job as CsvOptions::delimiter; false when it is something else.
bool delimiter_named(const std::string& name, char& delimiter);

}  // namespace apprentice
