// SPDX-License-Identifier: Apache-2.0
#include "apprentice/data/formats/csv.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <set>

#include "apprentice/base/utf8.h"

namespace apprentice {

std::string_view trim(std::string_view text) {
  const auto is_blank = [](char c) { return c == ' ' || c == '\t' || c == '\r'; };
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

bool parse_number(std::string_view cell, double& value) {
  cell = trim(cell);
  if (!cell.empty() && cell.front() == '+') cell.remove_prefix(1);
  const auto [end, error] = std::from_chars(cell.data(), cell.data() + cell.size(), value);
  return error == std::errc() && end == cell.data() + cell.size();
}

bool is_missing(std::string_view cell) {
  cell = trim(cell);
  if (cell.empty()) return true;
  if (cell.size() > 4) return false;
  std::string low(cell);
  std::transform(low.begin(), low.end(), low.begin(), [](unsigned char c) { return std::tolower(c); });
  static const std::set<std::string> kWords{"na", "n/a", "nan", "null", "none", "?", "-"};
  return kWords.count(low) != 0;
}

bool delimiter_named(const std::string& name, char& delimiter) {
  if (name == "auto")
    delimiter = 0;
  else if (name == "tab")
    delimiter = '\t';
  else if (name == "blank")
    delimiter = ' ';
  else if (name == "," || name == ";" || name == "\t" || name == " ")
    delimiter = name[0];
  else
    return false;
  return true;
}

namespace {

// Tab, then ';', then ',' (which may be a decimal comma in texts), then blanks; the first line decides.
char find_delimiter(std::string_view text) {
  std::string_view line;
  while (!text.empty() && trim(line).empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  line = trim(line);
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

Status check_utf8(std::string_view text, const std::string& name) {
  const size_t at = find_not_utf8(text);
  if (at == std::string_view::npos) return {};
  return bad_input(
      fmt::format("{}:{}", name, 1 + std::count(text.begin(), text.begin() + static_cast<int64_t>(at), '\n')),
      "byte 0x{:02X} is not UTF-8; convert the file, for instance with iconv -f LATIN1 -t UTF-8",
      static_cast<unsigned char>(text[at]));
}

}  // namespace

Result<CsvReader> CsvReader::open(std::string_view text, const std::string& name, const CsvOptions& options) {
  CsvReader reader;
  if (text.substr(0, 3) == "\xEF\xBB\xBF") text.remove_prefix(3);
  APPRENTICE_CHECK(check_utf8(text, name));
  reader.text_ = text;
  reader.name_ = name;
  reader.delimiter_ = options.delimiter != 0 ? options.delimiter : find_delimiter(text);
  std::vector<std::string_view> first;
  const CsvReader start = reader;
  APPRENTICE_TRY(const bool found, reader.split_line(first));
  if (!found) return bad_input(name, "the file holds no rows");
  double number = 0.0;
  reader.has_header_ = options.header == CsvOptions::Header::kYes;
  if (options.header == CsvOptions::Header::kAuto) {
    reader.has_header_ = std::any_of(first.begin(), first.end(), [&](std::string_view cell) {
      return !parse_number(cell, number) && !is_missing(cell);
    });
  }
  APPRENTICE_CHECK(reader.name_columns(first, options));
  if (!reader.has_header_) {
    reader.at_ = start.at_;
    reader.line_ = start.line_;
  }
  return reader;
}

Status CsvReader::name_columns(std::vector<std::string_view> first, const CsvOptions& options) {
  columns_.clear();
  for (size_t i = 0; i < first.size(); ++i) {
    const std::string_view title = has_header_ ? trim(first[i]) : std::string_view{};
    columns_.push_back(title.empty() ? "c" + std::to_string(i) : std::string(title));
  }
  if (!options.column_names.empty()) {
    if (options.column_names.size() != columns_.size()) {
      return bad_input(place(), "column_names has {} names, but the file has {} columns", options.column_names.size(),
                       columns_.size());
    }
    columns_ = options.column_names;
  }
  std::set<std::string> seen;
  for (const std::string& column : columns_) {
    if (!seen.insert(column).second) {
      return bad_input(place(), "two columns are named '{}'; name them apart with column_names = [...]", column);
    }
  }
  return {};
}

Result<bool> CsvReader::next(std::vector<std::string_view>& cells) {
  APPRENTICE_TRY(const bool found, split_line(cells));
  if (!found) return false;
  if (cells.size() != columns_.size()) {
    return bad_input(place(), "the row has {} cells; expected {} as in the first row", cells.size(), columns_.size());
  }
  return true;
}

// Gives the cells of the next line that is not empty.
Result<bool> CsvReader::split_line(std::vector<std::string_view>& cells) {
  cells.clear();
  unquoted_.clear();
  while (at_ < text_.size()) {
    const size_t end = std::min(text_.find('\n', at_), text_.size());
    const std::string_view line = text_.substr(at_, end - at_);
    row_line_ = line_;
    if (trim(line).empty()) {
      at_ = end + 1;
      ++line_;
      continue;
    }
    if (line.find('\0') != std::string_view::npos) {
      return bad_input(place(), "a zero byte stands here; the file is not text");
    }
    if (delimiter_ != ' ' && line.find('"') != std::string_view::npos) {
      APPRENTICE_CHECK(read_quoted(cells));
      return true;
    }
    at_ = end + 1;
    ++line_;
    if (delimiter_ == ' ') {
      split_blanks(line, cells);
      return true;
    }
    const std::string_view row = !line.empty() && line.back() == '\r' ? line.substr(0, line.size() - 1) : line;
    for (size_t from = 0;;) {
      const size_t to = std::min(row.find(delimiter_, from), row.size());
      cells.push_back(row.substr(from, to - from));
      if (to == row.size()) return true;
      from = to + 1;
    }
  }
  return false;
}

void CsvReader::split_blanks(std::string_view line, std::vector<std::string_view>& cells) {
  const auto is_blank = [](char c) { return c == ' ' || c == '\t' || c == '\r'; };
  for (size_t i = 0; i < line.size();) {
    while (i < line.size() && is_blank(line[i])) ++i;
    const size_t from = i;
    while (i < line.size() && !is_blank(line[i])) ++i;
    if (i > from) cells.push_back(line.substr(from, i - from));
  }
}

// A row with quotes: a quoted cell may hold delimiters, doubled quotes and line ends.
Status CsvReader::read_quoted(std::vector<std::string_view>& cells) {
  size_t i = at_;
  while (true) {
    size_t start = i;
    while (start < text_.size() && text_[start] == ' ') ++start;
    if (start < text_.size() && text_[start] == '"') {
      std::string cell;
      for (i = start + 1;; ++i) {
        if (i >= text_.size()) return bad_input(place(), "a quoted cell starts in this row and never closes");
        if (text_[i] == '\n') ++line_;
        if (text_[i] != '"')
          cell += text_[i];
        else if (i + 1 < text_.size() && text_[i + 1] == '"')
          cell += text_[i++];
        else
          break;
      }
      cells.push_back(unquoted_.emplace_back(std::move(cell)));
      for (++i; i < text_.size() && (text_[i] == ' ' || text_[i] == '\r'); ++i) {
      }
      if (i < text_.size() && text_[i] != delimiter_ && text_[i] != '\n') {
        return bad_input(place(), "cell {} goes on after its closing quote", cells.size());
      }
    } else {
      const size_t from = i;
      while (i < text_.size() && text_[i] != delimiter_ && text_[i] != '\n') ++i;
      cells.push_back(trim(text_.substr(from, i - from)));
    }
    if (i < text_.size() && text_[i] == delimiter_) {
      ++i;
      continue;
    }
    at_ = i + 1;
    ++line_;
    return {};
  }
}

}  // namespace apprentice
