// SPDX-License-Identifier: Apache-2.0
#include "apprentice/data/source.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <numeric>
#include <set>

namespace apprentice::data {

void RowColumn::append(std::string_view value) {
  if (!codes_.empty() && values_[static_cast<size_t>(codes_.back())] == value) {
    codes_.push_back(codes_.back());
    return;
  }
  const auto [entry, is_new] = index_.try_emplace(std::string(value), static_cast<int32_t>(values_.size()));
  if (is_new) values_.emplace_back(value);
  codes_.push_back(entry->second);
}

void RowColumn::append(const RowColumn& other) {
  std::vector<int32_t> code_here;
  for (const std::string& value : other.values_) {
    const auto [entry, is_new] = index_.try_emplace(value, static_cast<int32_t>(values_.size()));
    if (is_new) values_.push_back(value);
    code_here.push_back(entry->second);
  }
  codes_.reserve(codes_.size() + other.codes_.size());
  for (const int32_t code : other.codes_) codes_.push_back(code_here[static_cast<size_t>(code)]);
}

void RowColumn::reorder(const std::vector<int64_t>& order) {
  std::vector<int32_t> codes;
  codes.reserve(order.size());
  for (const int64_t row : order) codes.push_back(codes_[static_cast<size_t>(row)]);
  codes_ = std::move(codes);
}

const std::string* Source::value(const std::string& column, const Segment& segment, int64_t row) const {
  if (const auto found = columns.find(column); found != columns.end()) return &found->second.at(row);
  const auto found = segment.attributes.find(column);
  return found != segment.attributes.end() ? &found->second : nullptr;
}

std::vector<std::string> Source::column_names() const {
  std::set<std::string> names;
  for (const auto& [name, column] : columns) names.insert(name);
  for (const Segment& segment : segments) {
    for (const auto& [name, value] : segment.attributes) names.insert(name);
  }
  return {names.begin(), names.end()};
}

std::string Source::place_of(const Segment& segment, int64_t row) const {
  return fmt::format("{}: row {}", segment.path, read_row(row) - segment.file_first_row + 1);
}

std::string file_name(const std::string& path) { return std::filesystem::path(path).filename().string(); }
std::string file_stem(const std::string& path) { return std::filesystem::path(path).stem().string(); }

Segment file_segment(const std::string& path, int64_t first_row, int64_t rows) {
  Segment segment;
  segment.path = path;
  segment.name = file_stem(path);
  segment.first_row = segment.file_first_row = first_row;
  segment.rows = rows;
  segment.attributes["file"] = segment.name;
  segment.attributes["folder"] = std::filesystem::path(path).parent_path().filename().string();
  return segment;
}

namespace {

Status check_same_make(const Source& a, const Source& b) {
  if (a.row_shape != b.row_shape) {
    return bad_input(b.place, "one row has shape {}, but in {} it has {}; all files must agree", to_string(b.row_shape),
                     a.place, to_string(a.row_shape));
  }
  if (a.channel_names != b.channel_names) {
    return bad_input(b.place, "the input columns are {}, but in {} they are {}; all files must agree",
                     fmt::join(b.channel_names, ", "), a.place, fmt::join(a.channel_names, ", "));
  }
  if (a.values.index() != b.values.index()) {
    return bad_input(b.place, "the values have another type than those of {}; all files must agree", a.place);
  }
  for (const auto& [name, column] : a.columns) {
    if (!b.is_row_column(name)) return bad_input(b.place, "column '{}' of {} is missing here", name, a.place);
  }
  if (a.columns.size() != b.columns.size() || a.targets.empty() != b.targets.empty()) {
    return bad_input(b.place, "labels, targets or attributes are given here but not for {}", a.place);
  }
  return {};
}

}  // namespace

Status append(Source& source, Source more) {
  if (source.segments.empty()) {
    source = std::move(more);
    return {};
  }
  promise(source.read_rows.empty() && more.read_rows.empty(), "files are joined before rows change places");
  APPRENTICE_CHECK(check_same_make(source, more));
  std::visit(
      [&](auto& values) {
        const auto& added = std::get<std::decay_t<decltype(values)>>(more.values);
        values.insert(values.end(), added.begin(), added.end());
      },
      source.values);
  for (auto& [name, column] : source.columns) column.append(more.columns.at(name));
  source.targets.insert(source.targets.end(), more.targets.begin(), more.targets.end());
  if (!source.dropped.empty() || !more.dropped.empty()) {
    source.dropped.resize(static_cast<size_t>(source.rows), 0);
    more.dropped.resize(static_cast<size_t>(more.rows), 0);
    source.dropped.insert(source.dropped.end(), more.dropped.begin(), more.dropped.end());
  }
  source.remaining_at_end.insert(source.remaining_at_end.end(), more.remaining_at_end.begin(),
                                 more.remaining_at_end.end());
  for (Segment& segment : more.segments) {
    segment.first_row += source.rows;
    segment.file_first_row += source.rows;
    source.segments.push_back(std::move(segment));
  }
  for (const std::string& note : more.notes) {
    if (std::find(source.notes.begin(), source.notes.end(), note) == source.notes.end()) source.notes.push_back(note);
  }
  source.rows += more.rows;
  return {};
}

void reorder(Source& source, const std::vector<int64_t>& order) {
  const int64_t width = source.row_size();
  std::visit(
      [&](auto& values) {
        auto moved = values;
        for (size_t to = 0; to < order.size(); ++to) {
          std::copy_n(values.begin() + order[to] * width, width, moved.begin() + static_cast<int64_t>(to) * width);
        }
        values = std::move(moved);
      },
      source.values);
  const auto move_rows = [&](auto& rows) {
    if (rows.empty()) return;
    auto moved = rows;
    for (size_t to = 0; to < order.size(); ++to) moved[to] = rows[static_cast<size_t>(order[to])];
    rows = std::move(moved);
  };
  move_rows(source.targets);
  move_rows(source.dropped);
  if (source.read_rows.empty()) {
    source.read_rows.resize(order.size());
    std::iota(source.read_rows.begin(), source.read_rows.end(), 0);
  }
  move_rows(source.read_rows);
  for (auto& [name, column] : source.columns) column.reorder(order);
}

namespace {

// Where value `i` of a row of this shape stands: "channel 'x', step 17", "column 3"; counted from 0, as arrays are.
std::string place_in_row(const Source& source, int64_t i) {
  static const char* const kVector[] = {"column"};
  static const char* const kSeries[] = {"channel", "step"};
  static const char* const kPicture[] = {"channel", "line", "column"};
  const Shape& shape = source.row_shape;
  const char* const* words = shape.size() == 1 ? kVector : shape.size() == 2 ? kSeries : kPicture;
  std::string text;
  int64_t inner = source.row_size();
  for (size_t axis = 0; axis < shape.size(); ++axis) {
    inner /= shape[axis];
    const int64_t at = i / inner;
    i %= inner;
    const bool has_name = axis == 0 && !source.channel_names.empty();
    text += fmt::format("{}{} {}", axis > 0 ? ", " : "", words[axis],
                        has_name ? "'" + source.channel_names[static_cast<size_t>(at)] + "'" : std::to_string(at));
  }
  return text;
}

}  // namespace

Status check_finite(Source& source, Gaps gaps) {
  auto* values = std::get_if<std::vector<float>>(&source.values);
  if (values == nullptr) return {};
  const int64_t width = source.row_size();
  int64_t rows = 0, first = -1;
  for (int64_t row = 0; row < source.rows; ++row) {
    const auto from = values->begin() + row * width;
    const auto bad = std::find_if(from, from + width, [](float value) { return !std::isfinite(value); });
    if (bad == from + width) continue;
    ++rows;
    if (first < 0) first = bad - values->begin();
    if (gaps == Gaps::kRefuse) continue;
    source.dropped.resize(static_cast<size_t>(source.rows), 0);
    source.dropped[static_cast<size_t>(row)] = 1;
    std::replace_if(
        from, from + width, [](float value) { return !std::isfinite(value); }, 0.0F);
  }
  if (rows == 0 || (gaps == Gaps::kDrop && rows < source.rows)) return {};
  if (gaps == Gaps::kDrop)
    return bad_input(source.place, "every row holds NaN or infinity, so missing = \"drop\" leaves none");
  const float value = (*values)[static_cast<size_t>(first)];
  const char* word = source.row_shape.size() > 1 ? "sample" : "row";
  return bad_input(
      source.place,
      "{} {}, {} is {} (counted from 0); {} of {} {}s hold such values, and all must be finite: mend them, "
      "or set missing = \"drop\" to leave those out",
      word, first / width, place_in_row(source, first % width), std::isnan(value) ? "NaN" : "infinite", rows,
      source.rows, word);
}

}  // namespace apprentice::data
