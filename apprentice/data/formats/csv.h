// SPDX-License-Identifier: Apache-2.0
// Delimited text (RFC 4180 and its relatives): rows of cells with the line they came from. docs/formats/csv.md
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "apprentice/data/formats/csv_lines.h"

namespace apprentice::data {

// How a file writes numbers: 1234.5, 1234,5 or 1.234,5.
struct NumberStyle {
  char decimal = '.';
  char thousands = 0;  // 0 = none; else it stands between groups of three digits
};

struct CsvOptions {
  char delimiter = 0;  // ',', ';', '\t', ' ' (runs of blanks) or 0 = found from the first line
  enum class Header { kAuto, kYes, kNo };
  Header header = Header::kAuto;            // auto: what the cells of the first line are, against those below
  std::vector<std::string> column_names;    // stand for a missing header
  int64_t skip_lines = -1;                  // above the table; -1 = found
  int64_t skip_under_header = -1;           // rows such as units; -1 = found
  char decimal = 0, thousands = 0;          // 0 = found
  std::vector<std::string> missing_values;  // texts that stand for a missing value, beside those of is_missing()
};

// A finite or infinite number filling the whole cell (blanks around it, a leading + and case of "nan" aside).
bool parse_number(std::string_view cell, double& value);
bool parse_number(std::string_view cell, NumberStyle style, double& value);
// Empty, or one of NA, N/A, NaN, null, none, ?, - and the like in any case, or an error value of a spreadsheet.
bool is_missing(std::string_view cell);
// "," ";" "tab" "blank" or "auto" of the job as CsvOptions::delimiter; false when it is something else.
bool delimiter_named(const std::string& name, char& delimiter);

// Reads one row after the other out of `text`, which must stay alive. Not thread-safe.
class CsvReader {
 public:
  // `name` stands for the file in messages. Refuses empty text, text that is not UTF-8, files that are no text, headers
  // with the same name twice, and what may be a header or a row alike.
  static Result<CsvReader> open(std::string_view text, const std::string& name, const CsvOptions& options);

  const std::vector<std::string>& columns() const { return columns_; }
  bool has_header() const { return has_header_; }
  // Whether the header is 0, 1, 2, ..., as programs write it that have no names.
  bool has_numbered_header() const { return has_numbered_header_; }
  // What was found beside the table, one clause each: "line 2 ('degC', 'mm/s') names units and is left out".
  const std::vector<std::string>& notes() const { return notes_; }

  // The next row: as many cells as columns, valid until the next call; false at the end. Empty lines are skipped.
  // Refuses a row with another number of cells, a quote that never closes, and a zero byte.
  Result<bool> next(std::vector<std::string_view>& cells);
  // The number that fills the whole cell, written as this file writes numbers.
  bool number(std::string_view cell, double& value) const;
  bool missing(std::string_view cell) const { return is_listed(cell) || is_missing(cell); }
  // Whether the cell is one of CsvOptions::missing_values, as text or as number.
  bool is_listed(std::string_view cell) const;
  NumberStyle style() const { return style_; }

  int64_t line() const { return lines_.line(); }
  std::string place() const { return lines_.place(); }

 private:
  explicit CsvReader(CsvLines lines) : lines_(std::move(lines)) {}
  using Rows = std::vector<std::vector<std::string>>;
  Status find_start(const CsvOptions& options, Rows& rows);
  Status find_style(const CsvOptions& options, const Rows& rows);
  Status find_header(const CsvOptions& options, std::string_view comment, Rows& rows);
  Status find_units(const CsvOptions& options, Rows& rows);
  Status name_columns(std::vector<std::string> first, const CsvOptions& options);
  Status skip_rows(size_t count, Rows& rows);

  CsvLines lines_;
  NumberStyle style_;
  std::vector<std::string> missing_values_, columns_, notes_;
  std::vector<double> missing_numbers_;  // of missing_values_, those that are numbers
  size_t spare_ = 0;                     // empty cells at the end of every row
  bool has_header_ = false, has_numbered_header_ = false;
};

}  // namespace apprentice::data
