// SPDX-License-Identifier: Apache-2.0
#include "apprentice/data/selector.h"

#include <algorithm>
#include <limits>

#include "apprentice/base/nearest.h"
#include "apprentice/data/formats/csv.h"

namespace apprentice::data {

std::vector<std::string> texts_of(const nlohmann::ordered_json& json) {
  if (json.is_null()) return {};
  if (json.is_string()) return {json.get<std::string>()};
  if (!json.is_array()) return {json.dump()};
  std::vector<std::string> texts;
  for (const auto& item : json) texts.push_back(item.is_string() ? item.get<std::string>() : item.dump());
  return texts;
}

bool Condition::holds(const std::string& value) const {
  double number = 0.0;
  const bool is_number = parse_number(value, number);
  if (from || to) return is_number && (!from || number >= *from) && (!to || number <= *to);
  return std::any_of(values.begin(), values.end(), [&](const std::string& wanted) {
    double other = 0.0;
    return wanted == value || (is_number && parse_number(wanted, other) && other == number);
  });
}

bool Selector::is_of_segments(const Source& source) const {
  return std::none_of(conditions.begin(), conditions.end(),
                      [&](const Condition& condition) { return source.is_row_column(condition.column); });
}

bool Selector::matches(const Source& source, const Segment& segment, int64_t row) const {
  return std::all_of(conditions.begin(), conditions.end(), [&](const Condition& condition) {
    const std::string* value = source.value(condition.column, segment, row);
    return value != nullptr && condition.holds(*value);
  });
}

Status Selector::check_columns(const Source& source, const std::string& place) const {
  for (const Condition& condition : conditions) {
    if (source.is_row_column(condition.column)) continue;
    for (const Segment& segment : source.segments) {
      if (segment.attributes.count(condition.column) != 0) continue;
      return bad_input(place, "there is no attribute '{}' of {} (list a column under attributes to use it here); {}",
                       condition.column, segment.path,
                       known_names("attributes", source.column_names(), condition.column));
    }
  }
  return {};
}

Condition read_condition(Config& config, const std::string& key, const std::string& column) {
  Condition condition;
  condition.column = column;
  const auto json = config.read_any(key);
  condition.values = texts_of(json);
  if (!config.has(key) || !condition.values.empty()) return condition;
  Config& range = config.table(key);
  double from = -std::numeric_limits<double>::max(), to = std::numeric_limits<double>::max();
  if (!range.has("from") && !range.has("to")) {
    config.reject(key,
                  fmt::format("'{}' is neither a value, a list of values nor a range {{ from = ..., to = ... }}", key));
  }
  if (range.has("from")) condition.from = (range.read("from", from), from);
  if (range.has("to")) condition.to = (range.read("to", to), to);
  return condition;
}

Selector read_selector(Config& config, const std::string& key) {
  Selector selector;
  Config& table = config.table(key);
  for (const std::string& column : table.keys()) selector.conditions.push_back(read_condition(table, column, column));
  return selector;
}

}  // namespace apprentice::data
