// SPDX-License-Identifier: Apache-2.0
// Delimited text as lines of cells: what a quote, a delimiter, a comment and a line end are. CsvReader stands on it.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "apprentice/base/error.h"

namespace apprentice::data {

class CsvLines {
 public:
  // `text` must stay alive; lines end in LF, or in CR where there is no LF. Takes a first line "sep=;" for what it
  // says.
  CsvLines(std::string_view text, std::string name);

  // Skips lines that start with '#', which from then on are comments everywhere; the last one, without its mark.
  std::string_view skip_comments();
  void skip_line();
  // Tab, then ';', then ',' (which may be a decimal comma in texts), then blanks; the first line that is left decides.
  char likely_delimiter() const;

  // The cells of the next line that is neither empty nor a comment, valid until the next call; false at the end.
  // Refuses a quote that never closes, text after a closing quote, and a zero byte.
  Result<bool> next(std::vector<std::string_view>& cells);
  // Copies of the cells of at most `count` lines, up to the first one that next() refuses. Nothing moves.
  std::vector<std::vector<std::string>> peek(size_t count) const;

  char delimiter = 0;  // ',', ';', '\t' or ' ' (runs of blanks); set by "sep=" or by the caller
  // Line that next() gave, from 1.
  int64_t line() const { return row_line_; }
  // "data.csv:7"
  std::string place() const { return name_ + ":" + std::to_string(row_line_); }
  const std::string& name() const { return name_; }

 private:
  std::string_view rest_of_line() const;
  bool is_comment(std::string_view line) const;
  Status read_quoted(std::vector<std::string_view>& cells);
  Result<size_t> read_quoted_cell(size_t at, std::vector<std::string_view>& cells);
  static void split_blanks(std::string_view line, std::vector<std::string_view>& cells);

  std::string_view text_;
  std::string name_;
  char line_end_ = '\n';
  bool has_comments_ = false;
  size_t at_ = 0;
  int64_t line_ = 1, row_line_ = 1;
  std::deque<std::string> unquoted_;  // cells with doubled quotes, of the current row
};

std::string_view trim(std::string_view text);

}  // namespace apprentice::data
