// SPDX-License-Identifier: Apache-2.0
#include "apprentice/data/source.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <numeric>
#include <set>

namespace apprentice {

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

Status check_finite(const Source& source, const std::string& path, int64_t first_row) {
  const auto* values = std::get_if<std::vector<float>>(&source.values);
  if (values == nullptr) return {};
  const int64_t width = source.row_size();
  for (size_t i = static_cast<size_t>(first_row * width); i < values->size(); ++i) {
    const float value = (*values)[i];
    if (std::isfinite(value)) continue;
    const int64_t row = static_cast<int64_t>(i) / width - first_row + 1;
    const int64_t column = static_cast<int64_t>(i) % width;
    const bool has_name = source.row_shape.size() == 1 && !source.channel_names.empty();
    const std::string shown =
        has_name ? "'" + source.channel_names[static_cast<size_t>(column)] + "'" : std::to_string(column + 1);
    return bad_input(path, "row {}, column {} is {}; every value must be a finite number", row, shown,
                     std::isnan(value) ? "NaN" : "infinite");
  }
  return {};
}

}  // namespace apprentice
