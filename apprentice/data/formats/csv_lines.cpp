// SPDX-License-Identifier: Apache-2.0
#include "apprentice/data/formats/csv_lines.h"

#include <algorithm>

#include "apprentice/data/formats/csv.h"

namespace apprentice::data {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r'; }

// "sep=;", as Excel writes and reads it; quotes around it are met, too.
char named_separator(std::string_view line) {
  line = trim(line);
  if (line.size() >= 2 && line.front() == '"' && line.back() == '"') line = line.substr(1, line.size() - 2);
  if (line.size() < 4 || (line.substr(0, 4) != "sep=" && line.substr(0, 4) != "SEP=")) return 0;
  const std::string_view mark = line.substr(4);
  if (mark.empty() || mark == "\\t") return '\t';  // a tab itself is cut by trim()
  return mark == "," || mark == ";" ? mark[0] : '\0';
}

}  // namespace

std::string_view trim(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

CsvLines::CsvLines(std::string_view text, std::string name) : text_(text), name_(std::move(name)) {
  const bool has_lf = text.find('\n') != std::string_view::npos;
  line_end_ = !has_lf && text.find('\r') != std::string_view::npos ? '\r' : '\n';
  delimiter = named_separator(rest_of_line());
  if (delimiter != 0) skip_line();
}

std::string_view CsvLines::rest_of_line() const {
  return text_.substr(at_, std::min(text_.find(line_end_, at_), text_.size()) - at_);
}

void CsvLines::skip_line() {
  at_ = std::min(at_ + rest_of_line().size() + 1, text_.size());
  ++line_;
}

std::string_view CsvLines::skip_comments() {
  std::string_view last;
  while (at_ < text_.size()) {
    const std::string_view line = rest_of_line(), shown = trim(line);
    if (!shown.empty() && (shown.front() != '#' || is_missing(shown.substr(0, shown.find_first_of(",;\t "))))) break;
    if (!shown.empty()) last = shown.substr(1);
    has_comments_ = has_comments_ || !shown.empty();
    skip_line();
  }
  return last;
}

char CsvLines::likely_delimiter() const {
  size_t at = at_;
  std::string_view line;
  while (at < text_.size() && line.empty()) {
    const size_t end = std::min(text_.find(line_end_, at), text_.size());
    line = trim(text_.substr(at, end - at));
    at = end + 1;
  }
  bool quoted = false, tab = false, semicolon = false, comma = false, blank = false;
  for (const char c : line) {
    if (c == '"') quoted = !quoted;
    if (quoted) continue;
    tab |= c == '\t';
    semicolon |= c == ';';
    comma |= c == ',';
    blank |= c == ' ';
  }
  if (tab) return '\t';
  if (semicolon) return ';';
  return comma || !blank ? ',' : ' ';
}

// In a file that starts with comments. "#N/A" is a cell.
bool CsvLines::is_comment(std::string_view line) const {
  line = trim(line);
  return has_comments_ && line.front() == '#' && !is_missing(line.substr(0, line.find(delimiter)));
}

Result<bool> CsvLines::next(std::vector<std::string_view>& cells) {
  cells.clear();
  unquoted_.clear();
  while (at_ < text_.size()) {
    const std::string_view line = rest_of_line();
    row_line_ = line_;
    if (trim(line).empty() || is_comment(line)) {
      skip_line();
      continue;
    }
    if (line.find('\0') != std::string_view::npos) {
      return bad_input(place(), "a zero byte stands here; the file is not text");
    }
    if (delimiter != ' ' && line.find('"') != std::string_view::npos) {
      APPRENTICE_CHECK(read_quoted(cells));
      return true;
    }
    skip_line();
    if (delimiter == ' ') {
      split_blanks(line, cells);
      return true;
    }
    const std::string_view row = !line.empty() && line.back() == '\r' ? line.substr(0, line.size() - 1) : line;
    for (size_t from = 0;;) {
      const size_t to = std::min(row.find(delimiter, from), row.size());
      cells.push_back(row.substr(from, to - from));
      if (to == row.size()) return true;
      from = to + 1;
    }
  }
  return false;
}

std::vector<std::vector<std::string>> CsvLines::peek(size_t count) const {
  CsvLines ahead = *this;
  std::vector<std::vector<std::string>> rows;
  std::vector<std::string_view> cells;
  while (rows.size() < count) {
    const auto more = ahead.next(cells);
    if (!more || !*more) break;
    auto& row = rows.emplace_back();
    for (const std::string_view cell : cells) row.emplace_back(trim(cell));
  }
  return rows;
}

void CsvLines::split_blanks(std::string_view line, std::vector<std::string_view>& cells) {
  for (size_t i = 0; i < line.size();) {
    while (i < line.size() && is_blank(line[i])) ++i;
    const size_t from = i;
    while (i < line.size() && !is_blank(line[i])) ++i;
    if (i > from) cells.push_back(line.substr(from, i - from));
  }
}

// A row with quotes: a quoted cell may hold delimiters, doubled quotes and line ends.
Status CsvLines::read_quoted(std::vector<std::string_view>& cells) {
  for (size_t i = at_;;) {
    const size_t start = std::min(text_.find_first_not_of(' ', i), text_.size());
    if (start < text_.size() && text_[start] == '"') {
      APPRENTICE_TRY(i, read_quoted_cell(start + 1, cells));
    } else {
      const size_t from = i;
      while (i < text_.size() && text_[i] != delimiter && text_[i] != line_end_) ++i;
      cells.push_back(trim(text_.substr(from, i - from)));
    }
    if (i < text_.size() && text_[i] == delimiter) {
      ++i;
      continue;
    }
    at_ = std::min(i + 1, text_.size());
    ++line_;
    return {};
  }
}

// From behind the opening quote; gives the place of the delimiter or line end behind the cell.
Result<size_t> CsvLines::read_quoted_cell(size_t at, std::vector<std::string_view>& cells) {
  std::string cell;
  for (;; ++at) {
    if (at >= text_.size()) return bad_input(place(), "a quoted cell starts in this row and never closes");
    if (text_[at] == line_end_) ++line_;
    if (text_[at] != '"')
      cell += text_[at];
    else if (at + 1 < text_.size() && text_[at + 1] == '"')
      cell += text_[at++];
    else
      break;
  }
  cells.push_back(unquoted_.emplace_back(std::move(cell)));
  ++at;
  while (at < text_.size() && text_[at] != line_end_ && (text_[at] == ' ' || text_[at] == '\r')) ++at;
  if (at < text_.size() && text_[at] != delimiter && text_[at] != line_end_) {
    return bad_input(place(), "cell {} goes on after its closing quote", cells.size());
  }
  return at;
}

}  // namespace apprentice::data
