// SPDX-License-Identifier: Apache-2.0
#include "apprentice/data/guess/giveaway.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace apprentice::data {
namespace {

constexpr int64_t kLeastRows = 5;    // with a value, before it says anything
constexpr size_t kLeastSorted = 30;  // rows, before their order says anything
constexpr int64_t kLeastStretches = 3;
constexpr int64_t kMostLabels = 1000;

// Rows by value and class.
struct Joint {
  std::vector<int64_t> counts, of_value, of_class;
  size_t classes = 0;
  int64_t at(size_t value, size_t label) const { return counts[value * classes + label]; }
};

Joint count_jointly(const ColumnFacts& column, const ColumnFacts& label) {
  Joint joint;
  joint.classes = label.values.size();
  joint.counts.resize(column.values.size() * joint.classes);
  joint.of_value.resize(column.values.size());
  joint.of_class.resize(joint.classes);
  for (size_t row = 0; row < column.codes.size(); ++row) {
    if (column.codes[row] < 0 || label.codes[row] < 0) continue;
    const auto value = static_cast<size_t>(column.codes[row]), one = static_cast<size_t>(label.codes[row]);
    ++joint.counts[value * joint.classes + one];
    ++joint.of_value[value];
    ++joint.of_class[one];
  }
  return joint;
}

bool fills_few_stretches(const ColumnFacts& column, size_t value) {
  int64_t stretches = 0;
  const auto code = static_cast<int32_t>(value);
  for (size_t row = 0; row < column.codes.size(); ++row) {
    if (column.codes[row] == code && (row == 0 || column.codes[row - 1] != code)) ++stretches;
  }
  return stretches < kLeastStretches;
}

}  // namespace

std::string giveaway(const ColumnFacts& column, const ColumnFacts& label, int64_t rows) {
  if (column.codes.empty() || column.kind == ColumnFacts::Kind::kNumber || column.distinct < 2) return "";
  if (10 * column.distinct > rows || label.distinct < 2 || label.distinct > kMostLabels) return "";
  const Joint joint = count_jointly(column, label);
  bool all_pure = true;
  for (size_t value = 0; value < column.values.size(); ++value) {
    for (size_t one = 0; one < joint.classes; ++one) {
      const int64_t both = joint.at(value, one);
      const bool pure = both == joint.of_value[value];
      all_pure = all_pure && (both == 0 || pure);
      const bool rare = 2 * joint.of_class[one] <= rows;
      if (column.is_flag() && rare && pure && both >= kLeastRows && !fills_few_stretches(column, value)) {
        return fmt::format("gives the answer away: wherever it is {}, {} is {}", column.values[value], label.name,
                           label.values[one]);
      }
    }
  }
  // Numbers of many values are measured, however well they tell the classes apart.
  const bool words = column.kind == ColumnFacts::Kind::kText || column.distinct <= 2 * label.distinct;
  return all_pure && words ? fmt::format("gives the answer away: each of its values goes with one {}", label.name) : "";
}

bool splits_alone(const ColumnFacts& column, const ColumnFacts& label) {
  if (!column.is_number() || label.distinct < 2) return false;
  std::vector<std::pair<double, int32_t>> rows;
  for (size_t row = 0; row < column.numbers.size(); ++row) {
    if (std::isnan(column.numbers[row]) || label.codes[row] < 0) continue;
    rows.emplace_back(column.numbers[row], label.codes[row]);
  }
  if (rows.size() < kLeastSorted) return false;
  std::sort(rows.begin(), rows.end());
  size_t changes = 0;
  for (size_t i = 1; i < rows.size(); ++i) {
    if (rows[i].second == rows[i - 1].second) continue;
    if (rows[i].first == rows[i - 1].first) return false;
    ++changes;
  }
  return changes + 1 == label.values.size();
}

}  // namespace apprentice::data
