// SPDX-License-Identifier: Apache-2.0
#include "apprentice/data/formats/csv_sniff.h"

#include <algorithm>
#include <cctype>
#include <charconv>

namespace apprentice::data {
namespace {

constexpr size_t kMostLinesAbove = 50, kMostUnitRows = 3;

bool has_fraction(const std::string& cell) { return cell.find_first_of(".,eE") != std::string::npos; }

bool is_index(const std::string& cell, size_t index) { return cell == std::to_string(index); }

// The row after 0, 1, 2 is 3, 4, 5: whole numbers in order, as tests and examples have them.
bool goes_on(const TextRows& rows) {
  for (size_t i = 0; i < rows[1].size(); ++i) {
    if (!is_index(rows[1][i], rows[0].size() + i)) return false;
  }
  return true;
}

FirstLine guess_of_numbers(const TextRows& rows, const CellRules& rules) {
  if (!counts_up(rows[0]) || rows.size() < 2) return FirstLine::kRow;
  if (rows[0][0].empty()) return FirstLine::kNumberedHeader;
  for (size_t i = 0; i < rows[0].size(); ++i) {
    const bool differs = std::all_of(rows.begin() + 1, rows.end(), [&](const auto& row) {
      return i >= row.size() || rules.is_missing(row[i]) || !rules.is_number(row[i]) || has_fraction(row[i]);
    });
    if (differs) return FirstLine::kNumberedHeader;
  }
  return rows[0].size() < 3 || goes_on(rows) ? FirstLine::kRow : FirstLine::kUnsure;
}

bool increases(const std::vector<std::string>& cells, NumberStyle style) {
  double last = 0.0;
  for (size_t i = 0; i < cells.size(); ++i) {
    double value = 0.0;
    if (!parse_number(cells[i], style, value) || (i > 0 && value <= last)) return false;
    last = value;
  }
  return true;
}

bool occurs_below(const TextRows& rows, size_t i) {
  return std::any_of(rows.begin() + 1, rows.end(),
                     [&](const auto& row) { return i < row.size() && row[i] == rows[0][i]; });
}

// Length of the digits at `at`.
size_t digits(std::string_view text, size_t at) {
  size_t end = at;
  while (end < text.size() && std::isdigit(static_cast<unsigned char>(text[end])) != 0) ++end;
  return end - at;
}

// 1<separator>234<separator>567, from `at` on; the length, 0 where it is no such number.
size_t grouped(std::string_view text, size_t at, char separator) {
  const size_t first = digits(text, at);
  if (first < 1 || first > 3) return 0;
  size_t end = at + first;
  while (end < text.size() && text[end] == separator && digits(text, end + 1) == 3) end += 4;
  return end > at + first ? end - at : 0;
}

// Whether all from `at` on is `mark` and digits.
bool is_fraction(std::string_view text, size_t at, char mark) {
  const bool starts = at < text.size() && text[at] == mark;
  return starts && digits(text, at + 1) > 0 && at + 1 + digits(text, at + 1) == text.size();
}

void look_at(const std::string& cell, NumberHints& hints) {
  std::string_view text = cell;
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) text.remove_prefix(1);
  double value = 0.0;
  if (parse_number(text, value)) {
    hints.decimal_point += text.find('.') != std::string_view::npos ? 1 : 0;
    return;
  }
  const size_t by_comma = grouped(text, 0, ','), by_point = grouped(text, 0, '.');
  if (by_comma > 0 && is_fraction(text, by_comma, '.')) {
    ++hints.thousands_comma;
  } else if (by_point > 0 && is_fraction(text, by_point, ',')) {
    ++hints.thousands_point;
    ++hints.decimal_comma;
  } else if (by_comma == text.size() && by_comma > 7) {
    ++hints.thousands_comma;  // 1,234,567
  } else if (by_comma == text.size() && by_comma > 0 && text[0] != '0') {
    if (hints.either.empty()) hints.either = cell;
  } else if (digits(text, 0) > 0 && is_fraction(text, digits(text, 0), ',')) {
    ++hints.decimal_comma;
  }
}

}  // namespace

bool counts_up(const std::vector<std::string>& row) {
  const size_t from = !row.empty() && row[0].empty() ? 1 : 0;
  for (size_t i = from; i < row.size(); ++i) {
    if (!is_index(row[i], i - from)) return false;
  }
  return row.size() >= from + 2;
}

bool CellRules::is_number(const std::string& cell) const {
  double value = 0.0;
  return !is_missing(cell) && parse_number(cell, style, value);
}

bool CellRules::is_missing(const std::string& cell) const {
  return data::is_missing(cell) ||
         std::find(missing_values.begin(), missing_values.end(), cell) != missing_values.end();
}

bool CellRules::is_number_column(const TextRows& rows, size_t from, size_t i) const {
  bool has_number = false;
  for (size_t row = from; row < rows.size(); ++row) {
    if (i >= rows[row].size() || is_missing(rows[row][i])) continue;
    if (!is_number(rows[row][i])) return false;
    has_number = true;
  }
  return has_number;
}

FirstLine judge_first_line(const TextRows& rows, const CellRules& rules) {
  std::vector<std::string> numbers;
  bool has_text = false, recurs = false, fractions = false;
  for (size_t i = 0; i < rows[0].size(); ++i) {
    const std::string& cell = rows[0][i];
    if (rules.is_missing(cell)) continue;
    const bool over_numbers = rules.is_number_column(rows, 1, i);
    if (!rules.is_number(cell)) {
      if (over_numbers) return FirstLine::kHeader;
      has_text = true;
      recurs = recurs || occurs_below(rows, i);
    } else if (over_numbers) {
      numbers.push_back(cell);
      fractions = fractions || has_fraction(cell);
    }
  }
  if (!has_text) return guess_of_numbers(rows, rules);
  if (recurs) return FirstLine::kRow;
  // Names that are numbers, such as wavelengths, increase.
  if (numbers.empty() || (numbers.size() >= 3 && increases(numbers, rules.style))) return FirstLine::kHeader;
  return fractions ? FirstLine::kRow : FirstLine::kUnsure;
}

size_t unit_rows(const TextRows& rows, const CellRules& rules) {
  size_t count = 0;
  for (; count < kMostUnitRows && count + 1 < rows.size(); ++count) {
    bool has_unit = false;
    for (size_t i = 0; i < rows[count].size(); ++i) {
      const std::string& cell = rows[count][i];
      if (rules.is_number(cell)) return count;
      if (rules.is_missing(cell)) continue;
      size_t first_number = count + 1;  // other rows of the kind may follow
      while (first_number < rows.size() && first_number < kMostUnitRows && i < rows[first_number].size() &&
             !rules.is_number(rows[first_number][i])) {
        ++first_number;
      }
      has_unit = has_unit || rules.is_number_column(rows, first_number, i);
    }
    if (!has_unit) return count;
  }
  return count;
}

size_t lines_above(const TextRows& rows, const CellRules& rules) {
  if (rows.empty()) return 0;
  const size_t width = rows.back().size();
  size_t start = rows.size();
  while (start > 0 && rows[start - 1].size() == width) --start;
  if (width < 2 || start == 0 || start > kMostLinesAbove || start + 3 > rows.size()) return 0;
  const TextRows table(rows.begin() + static_cast<std::ptrdiff_t>(start), rows.end());
  const TextRows body(
      table.begin() + 1 + static_cast<std::ptrdiff_t>(unit_rows({table.begin() + 1, table.end()}, rules)), table.end());
  bool has_title = false;
  for (size_t i = 0; i < width; ++i) {
    const bool is_text = !rules.is_missing(table[0][i]) && !rules.is_number(table[0][i]);
    has_title = has_title || (is_text && rules.is_number_column(body, 0, i));
  }
  return has_title ? start : 0;
}

size_t spare_cells(const TextRows& rows) {
  if (rows.empty()) return 0;
  size_t spare = rows[0].size();
  for (const auto& row : rows) {
    size_t here = 0;
    while (here < row.size() && row[row.size() - 1 - here].empty()) ++here;
    spare = std::min(spare, row.size() == rows[0].size() ? here : 0);
  }
  return spare;
}

NumberHints number_hints(const TextRows& rows) {
  NumberHints hints;
  for (const auto& row : rows) {
    for (const std::string& cell : row) look_at(cell, hints);
  }
  return hints;
}

}  // namespace apprentice::data
