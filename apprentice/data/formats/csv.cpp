// SPDX-License-Identifier: Apache-2.0
#include "apprentice/data/formats/csv.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <set>

#include "apprentice/base/file_kind.h"
#include "apprentice/base/utf8.h"
#include "apprentice/data/formats/csv_sniff.h"

namespace apprentice::data {

bool parse_number(std::string_view cell, double& value) {
  cell = trim(cell);
  if (!cell.empty() && cell.front() == '+') cell.remove_prefix(1);
  const auto [end, error] = std::from_chars(cell.data(), cell.data() + cell.size(), value);
  return error == std::errc() && end == cell.data() + cell.size();
}

namespace {

// 1.234.567 without its marks; false where they do not stand between groups of three digits.
bool append_whole(std::string_view digits, char mark, std::string& plain) {
  size_t at = mark != 0 ? digits.find(mark) : std::string_view::npos;
  if (at == 0) return false;
  plain += digits.substr(0, at);
  for (; at < digits.size(); at += 4) {
    const std::string_view group = digits.substr(at + 1, 3);
    if (digits[at] != mark || group.size() < 3 || group.find_first_not_of("0123456789") != group.npos) return false;
    plain += group;
  }
  return true;
}

}  // namespace

bool parse_number(std::string_view cell, NumberStyle style, double& value) {
  if (style.decimal == '.' && style.thousands == 0) return parse_number(cell, value);
  cell = trim(cell);
  const std::string_view whole = cell.substr(0, cell.find_first_of(style.decimal == ',' ? ",eE" : ".eE"));
  std::string plain;
  if (cell.size() > 64 || !append_whole(whole, style.thousands, plain)) return false;
  if (style.decimal == ',' && plain.find('.') != std::string::npos) return false;
  std::string_view rest = cell.substr(whole.size());
  if (!rest.empty() && rest.front() == style.decimal) {
    plain += '.';
    rest.remove_prefix(1);
  }
  if (rest.find_first_of(",.") != std::string_view::npos) return false;
  plain += rest;
  return parse_number(plain, value);
}

bool is_missing(std::string_view cell) {
  cell = trim(cell);
  if (cell.empty()) return true;
  if (cell.size() > 7) return false;
  std::string low(cell);
  std::transform(low.begin(), low.end(), low.begin(), [](unsigned char c) { return std::tolower(c); });
  static const std::set<std::string> kWords{"na",  "n/a",    "n.a.",    "nan",   "-nan",  "nat",    "null",
                                            "nil", "none",   "?",       "-",     "--",    "<na>",   "#n/a",
                                            "#na", "#null!", "#value!", "#ref!", "#num!", "#name?", "#div/0!"};
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

constexpr size_t kPeek = 100;

Status check_text(std::string_view text, const std::string& name) {
  const std::string kind = foreign_kind(text);
  if (!kind.empty()) return bad_input(name, "the file is {}", kind);
  const size_t at = find_not_utf8(text);
  if (at == std::string_view::npos) return {};
  return bad_input(
      fmt::format("{}:{}", name, 1 + std::count(text.begin(), text.begin() + static_cast<int64_t>(at), '\n')),
      "byte 0x{:02X} is not UTF-8; convert the file, for instance with iconv -f LATIN1 -t UTF-8",
      static_cast<unsigned char>(text[at]));
}

NumberStyle style_of(const NumberHints& hints) {
  if (hints.decimal_comma > 0 && hints.decimal_point == 0 && hints.thousands_comma == 0) {
    return {',', hints.thousands_point > 0 ? '.' : '\0'};
  }
  return {'.', hints.thousands_comma > 0 && hints.decimal_comma == 0 ? ',' : '\0'};
}

bool is_ragged(const TextRows& rows) {
  return std::any_of(rows.begin(), rows.end(), [&](const auto& row) { return row.size() != rows[0].size(); });
}

std::string shown(const std::vector<std::string>& cells) {
  std::string text;
  for (size_t i = 0; i < cells.size() && i < 4; ++i) text += (i > 0 ? ", '" : "'") + cells[i].substr(0, 20) + "'";
  return cells.size() > 4 ? text + ", ..." : text;
}

}  // namespace

Result<CsvReader> CsvReader::open(std::string_view text, const std::string& name, const CsvOptions& options) {
  if (text.substr(0, 3) == "\xEF\xBB\xBF") text.remove_prefix(3);
  APPRENTICE_CHECK(check_text(text, name));
  CsvReader reader{CsvLines(text, name)};
  reader.missing_values_ = options.missing_values;
  for (const std::string& word : options.missing_values) {
    double value = 0.0;
    if (parse_number(word, value)) reader.missing_numbers_.push_back(value);
  }
  for (int64_t i = 0; i < options.skip_lines; ++i) reader.lines_.skip_line();
  const std::string_view comment = reader.lines_.skip_comments();
  Rows rows;
  APPRENTICE_CHECK(reader.find_start(options, rows));
  APPRENTICE_CHECK(reader.find_style(options, rows));
  APPRENTICE_CHECK(reader.find_header(options, comment, rows));
  if (reader.has_header_) APPRENTICE_CHECK(reader.find_units(options, rows));
  return reader;
}

// The delimiter, and lines above the table where they are told by what follows them.
Status CsvReader::find_start(const CsvOptions& options, Rows& rows) {
  const char named = lines_.delimiter;  // by "sep=;"
  if (named == 0) lines_.delimiter = lines_.likely_delimiter();
  if (options.delimiter != 0) lines_.delimiter = options.delimiter;
  rows = lines_.peek(kPeek);
  if (options.skip_lines >= 0 || !is_ragged(rows)) return {};
  std::string candidates(1, lines_.delimiter);
  if (options.delimiter == 0 && named == 0) candidates += "\t;, ";
  for (const char candidate : candidates) {
    CsvLines lines = lines_;
    lines.delimiter = candidate;
    Rows peeked = lines.peek(kPeek);
    const size_t above = lines_above(peeked, {style_of(number_hints(peeked)), missing_values_});
    if (above == 0) continue;
    lines_.delimiter = candidate;
    rows = std::move(peeked);
    notes_.push_back(fmt::format("{} above the table {} left out",
                                 above == 1 ? "the line" : fmt::format("{} lines", above), above == 1 ? "is" : "are"));
    return skip_rows(above, rows);
  }
  return {};
}

Status CsvReader::skip_rows(size_t count, Rows& rows) {
  std::vector<std::string_view> cells;
  for (size_t i = 0; i < count; ++i) APPRENTICE_CHECK(lines_.next(cells));
  rows.erase(rows.begin(), rows.begin() + static_cast<std::ptrdiff_t>(std::min(count, rows.size())));
  return {};
}

Status CsvReader::find_style(const CsvOptions& options, const Rows& rows) {
  const NumberHints hints = number_hints(rows);
  style_ = style_of(hints);
  const bool is_known = options.decimal != 0 || options.thousands != 0 || hints.decimal_comma > 0 ||
                        hints.thousands_comma > 0 || hints.decimal_point > 0;
  if (!hints.either.empty() && !is_known) {
    return bad_input(lines_.name(), "'{}' may be {} or a number of thousands; set decimal = \",\" or thousands = \",\"",
                     hints.either, [&] {
                       std::string point = hints.either;
                       std::replace(point.begin(), point.end(), ',', '.');
                       return point;
                     }());
  }
  if (!hints.either.empty() && hints.decimal_comma == 0 && hints.decimal_point > 0) style_.thousands = ',';
  if (style_.decimal == ',' && options.decimal == 0) notes_.emplace_back("numbers have a decimal comma");
  if (style_.thousands != 0 && options.thousands == 0)
    notes_.push_back(fmt::format("'{}' in numbers marks thousands", style_.thousands));
  if (options.decimal != 0) style_ = {options.decimal, '\0'};
  if (options.thousands != 0) {
    style_.thousands = options.thousands;
    if (options.decimal == 0) style_.decimal = options.thousands == '.' ? ',' : '.';
  }
  return {};
}

Status CsvReader::find_header(const CsvOptions& options, std::string_view comment, Rows& rows) {
  if (rows.empty()) {
    std::vector<std::string_view> cells;
    APPRENTICE_CHECK(lines_.next(cells));  // a first row that cannot be read says why
    return bad_input(lines_.name(), "the file holds no rows");
  }
  const CellRules rules{style_, missing_values_};
  spare_ = spare_cells(rows);
  if (spare_ == rows[0].size()) spare_ = 0;
  const FirstLine guess = options.header == CsvOptions::Header::kAuto  ? judge_first_line(rows, rules)
                          : options.header == CsvOptions::Header::kYes ? FirstLine::kHeader
                                                                       : FirstLine::kRow;
  const bool is_known = options.header != CsvOptions::Header::kAuto || !options.column_names.empty();
  if (guess == FirstLine::kUnsure && !is_known) {
    return bad_input(lines_.name(),
                     "the first line ({}) may be a header or a row; set header = \"yes\" or header = \"no\"",
                     shown(rows[0]));
  }
  has_header_ = guess == FirstLine::kHeader || guess == FirstLine::kNumberedHeader;
  has_numbered_header_ = has_header_ && counts_up(rows[0]);
  if (guess == FirstLine::kNumberedHeader)
    notes_.push_back(fmt::format("the first line ({}) is a header", shown(rows[0])));
  std::vector<std::string> first = rows[0];
  if (has_header_) {
    APPRENTICE_CHECK(skip_rows(1, rows));
  } else if (options.header == CsvOptions::Header::kAuto && !comment.empty()) {
    CsvLines title(comment, lines_.name());
    title.delimiter = lines_.delimiter;
    const Rows titles = title.peek(1);
    const bool fits = !titles.empty() && titles[0].size() == first.size() && first.size() > 1;
    if (fits) first = titles[0];
    has_header_ = fits;
  }
  return name_columns(std::move(first), options);
}

Status CsvReader::find_units(const CsvOptions& options, Rows& rows) {
  if (options.skip_under_header >= 0) return skip_rows(static_cast<size_t>(options.skip_under_header), rows);
  const size_t count = unit_rows(rows, {style_, missing_values_});
  for (size_t i = 0; i < count; ++i) {
    const std::vector<std::string> units = rows[0];
    APPRENTICE_CHECK(skip_rows(1, rows));
    notes_.push_back(fmt::format("line {} ({}) names units and is left out", lines_.line(), shown(units)));
  }
  return {};
}

Status CsvReader::name_columns(std::vector<std::string> first, const CsvOptions& options) {
  columns_.clear();
  first.resize(first.size() - spare_);
  for (size_t i = 0; i < first.size(); ++i) {
    columns_.push_back(!has_header_ || first[i].empty() ? "c" + std::to_string(i) : first[i]);
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
  APPRENTICE_TRY(const bool found, lines_.next(cells));
  if (!found) return false;
  const size_t size = columns_.size();
  // A delimiter at the end of every row adds an empty cell.
  while (cells.size() > size && cells.size() <= size + std::max<size_t>(spare_, 1) && trim(cells.back()).empty()) {
    cells.pop_back();
  }
  if (cells.size() == size) return true;
  if (spare_ > 0 && cells.size() == size + spare_) {
    return bad_input(place(), "cell {} is '{}', but its column has no name and was empty before; name it in the header",
                     cells.size(), trim(cells.back()).substr(0, 40));
  }
  return bad_input(place(), "the row has {} cells; expected {} as in the first row{}", cells.size(), size,
                   cells[0].substr(0, 1) == "#" ? " (comments are known only where the file starts with one)"
                   : size == 1                  ? " (set skip_lines where lines above the table are no part of it)"
                                                : "");
}

bool CsvReader::number(std::string_view cell, double& value) const { return parse_number(cell, style_, value); }

bool CsvReader::is_listed(std::string_view cell) const {
  if (missing_values_.empty()) return false;
  double value = 0.0;
  return std::find(missing_values_.begin(), missing_values_.end(), trim(cell)) != missing_values_.end() ||
         (number(cell, value) &&
          std::find(missing_numbers_.begin(), missing_numbers_.end(), value) != missing_numbers_.end());
}

}  // namespace apprentice::data
