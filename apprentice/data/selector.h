// SPDX-License-Identifier: Apache-2.0
// Selector: "rows or recordings whose columns have these values", as jobs write it in `where` and in splits.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "apprentice/base/config.h"
#include "apprentice/data/source.h"

namespace apprentice::data {

// Numbers are compared as numbers ("3" equals 3.0), everything else as text.
struct Condition {
  std::string column;
  std::vector<std::string> values;
  std::optional<double> from, to;  // instead of values; both ends belong to the range

  bool holds(const std::string& value) const;
};

struct Selector {
  std::vector<Condition> conditions;  // all must hold; none = everything

  // Whether every column belongs to whole segments.
  bool is_of_segments(const Source& source) const;
  bool matches(const Source& source, const Segment& segment, int64_t row) const;
  // An error that names the first column which some segment does not have.
  Status check_columns(const Source& source, const std::string& place) const;
};

// The value of `key`: a scalar, a list of scalars, or a table { from = 1, to = 3 }.
Condition read_condition(Config& config, const std::string& key, const std::string& column);
// A table of conditions: where = { fault = "N", load_hp = [0, 1] }.
Selector read_selector(Config& config, const std::string& key);

// Scalars and lists of a TOML value as texts.
std::vector<std::string> texts_of(const nlohmann::ordered_json& json);

}  // namespace apprentice::data
