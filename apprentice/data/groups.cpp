// SPDX-License-Identifier: Apache-2.0
#include "apprentice/data/groups.h"

#include <algorithm>
#include <numeric>

#include "apprentice/base/config.h"
#include "apprentice/data/time_gaps.h"

namespace apprentice::data {
namespace {

const char* side_prefix(int side) {
  static const char* const kPrefix[] = {"", "train:", "validation:", "test:"};
  return kPrefix[side + 1];
}

std::string group_key(const Source& source, const Segment& segment, int64_t row) {
  std::string key = side_prefix(segment.side);
  if (source.group_columns.empty()) return key + segment.path;
  for (size_t i = 0; i < source.group_columns.size(); ++i) {
    const std::string* value = source.value(source.group_columns[i], segment, row);
    key += (i > 0 ? "/" : "") + (value != nullptr ? *value : "");
  }
  return key;
}

bool varies_in_segments(const Source& source) {
  return std::any_of(source.group_columns.begin(), source.group_columns.end(),
                     [&](const std::string& column) { return source.is_row_column(column); });
}

// The group key of every row.
RowColumn group_keys(const Source& source) {
  RowColumn keys;
  const bool varies = varies_in_segments(source);
  for (const Segment& segment : source.segments) {
    std::string key = group_key(source, segment, segment.first_row);
    for (int64_t row = segment.first_row; row < segment.first_row + segment.rows; ++row) {
      if (varies) key = group_key(source, segment, row);
      keys.append(key);
    }
  }
  return keys;
}

// Brings the rows of each group of a file together.
void sort_by_group(Source& source, RowColumn& keys) {
  std::vector<int64_t> order(static_cast<size_t>(source.rows));
  std::iota(order.begin(), order.end(), 0);
  for (const Segment& segment : source.segments) {
    const auto from = order.begin() + segment.first_row;
    std::stable_sort(from, from + segment.rows, [&](int64_t a, int64_t b) { return keys.code(a) < keys.code(b); });
  }
  if (std::is_sorted(order.begin(), order.end())) return;
  reorder(source, order);
  keys.reorder(order);
}

void cut_segments(Source& source, const RowColumn& keys) {
  std::vector<Segment> cut;
  for (const Segment& segment : source.segments) {
    const int64_t end = segment.first_row + segment.rows;
    for (int64_t row = segment.first_row; row < end;) {
      int64_t last = row;
      while (last < end && keys.code(last) == keys.code(row)) ++last;
      cut.push_back(segment);
      cut.back().first_row = row;
      cut.back().rows = last - row;
      cut.back().group = keys.code(row);
      row = last;
    }
  }
  source.segments = std::move(cut);
}

// Values that are the same for every row of a segment.
Attributes common_attributes(const Source& source, const Segment& segment) {
  Attributes common = segment.attributes;
  for (const auto& [name, column] : source.columns) {
    if (name == source.label_column || name == source.time_column) continue;
    int64_t row = segment.first_row;
    const int64_t end = segment.first_row + segment.rows;
    while (row < end && column.code(row) == column.code(segment.first_row)) ++row;
    if (row == end) common[name] = column.at(segment.first_row);
  }
  return common;
}

void describe_groups(const Source& source, Groups& groups) {
  groups.attributes.resize(groups.names.size());
  groups.attributes_of.resize(groups.names.size());
  std::iota(groups.attributes_of.begin(), groups.attributes_of.end(), 0);
  std::vector<bool> seen(groups.names.size());
  for (const Segment& segment : source.segments) {
    const auto group = static_cast<size_t>(segment.group);
    Attributes here = common_attributes(source, segment);
    if (!seen[group]) {
      groups.attributes[group] = std::move(here);
      seen[group] = true;
      continue;
    }
    Attributes& kept = groups.attributes[group];
    for (auto it = kept.begin(); it != kept.end();) {
      const auto other = here.find(it->first);
      it = other != here.end() && other->second == it->second ? std::next(it) : kept.erase(it);
    }
  }
}

Groups rows_alone(const Source& source) {
  Groups groups;
  groups.rows_stand_alone = true;
  const bool has_attributes = std::any_of(source.columns.begin(), source.columns.end(), [&](const auto& column) {
    return column.first != source.label_column && column.first != source.time_column;
  });
  for (const Segment& segment : source.segments) {
    if (!has_attributes) groups.attributes.push_back(segment.attributes);
    for (int64_t i = 0; i < segment.rows; ++i) {
      groups.names.push_back(segment.name + " row " + std::to_string(i + 1));
      if (has_attributes) {
        Segment row = segment;
        row.first_row += i;
        row.rows = 1;
        groups.attributes.push_back(common_attributes(source, row));
      }
      groups.attributes_of.push_back(static_cast<int32_t>(groups.attributes.size()) - 1);
    }
  }
  return groups;
}

}  // namespace

Groups form_groups(Source& source, Loners loners) {
  if (source.group_columns.empty() && loners == Loners::kRows) return rows_alone(source);
  RowColumn keys = group_keys(source);
  sort_by_group(source, keys);
  cut_segments(source, keys);
  Groups groups;
  groups.names = keys.values();
  for (Segment& segment : source.segments) {
    std::string& name = groups.names[static_cast<size_t>(segment.group)];
    if (source.group_columns.empty()) name = side_prefix(segment.side) + segment.name;
    if (!source.is_row_column("group")) segment.attributes["group"] = name;
  }
  describe_groups(source, groups);
  return groups;
}

Status check_time_order(const Source& source) {
  if (source.time_column.empty()) return {};
  const RowColumn& time = source.columns.at(source.time_column);
  for (const Segment& segment : source.segments) {
    for (int64_t row = segment.first_row + 1; row < segment.first_row + segment.rows; ++row) {
      const std::string &before = time.at(row - 1), &here = time.at(row);
      double a = 0.0, b = 0.0;
      const bool numbers = read_time(before, a) && read_time(here, b);
      if (numbers ? a <= b : before <= here) continue;
      return bad_input(segment.path, "time '{}' falls from {} to {} at row {} of its group; sort the rows by time",
                       source.time_column, before, here, row - segment.first_row + 1);
    }
  }
  return {};
}

Status derive_remaining(Source& source, double cap) {
  const RowColumn keys = group_keys(source);
  std::vector<int64_t> length(keys.values().size());
  for (int64_t row = 0; row < keys.size(); ++row) ++length[static_cast<size_t>(keys.code(row))];
  if (!source.remaining_at_end.empty() && source.remaining_at_end.size() != length.size()) {
    return bad_input(source.place, "remaining_at_end has {} entries, but there are {} groups; expected one per group",
                     source.remaining_at_end.size(), length.size());
  }
  source.targets.clear();
  std::vector<int64_t> seen(length.size());
  for (int64_t row = 0; row < keys.size(); ++row) {
    const auto group = static_cast<size_t>(keys.code(row));
    const double after = static_cast<double>(length[group] - ++seen[group]);
    const double end = source.remaining_at_end.empty() ? 0.0 : static_cast<double>(source.remaining_at_end[group]);
    source.targets.push_back(static_cast<float>(std::min(after + end, cap)));
  }
  return {};
}

}  // namespace apprentice::data
