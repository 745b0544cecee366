// SPDX-License-Identifier: Apache-2.0
#include "apprentice/data/time_gaps.h"

#include <algorithm>

#include "apprentice/data/formats/csv.h"
#include "apprentice/data/guess/time_text.h"

namespace apprentice::data {

bool read_time(const std::string& text, double& value) { return parse_number(text, value) || parse_time(text, value); }

TimeGaps find_time_gaps(const Source& source) {
  TimeGaps gaps;
  if (source.time_column.empty()) return gaps;
  const RowColumn& column = source.columns.at(source.time_column);
  std::vector<double> times(column.values().size());
  for (size_t i = 0; i < times.size(); ++i) {
    if (!read_time(column.values()[i], times[i])) return gaps;
  }
  std::vector<double> steps;
  const auto for_steps = [&](auto use) {
    for (const Segment& segment : source.segments) {
      for (int64_t row = segment.first_row + 1; row < segment.first_row + segment.rows; ++row) {
        const double step =
            times[static_cast<size_t>(column.code(row))] - times[static_cast<size_t>(column.code(row - 1))];
        if (step > 0.0) use(row, step);
      }
    }
  };
  for_steps([&](int64_t, double step) { steps.push_back(step); });
  if (steps.empty()) return gaps;
  const auto middle = steps.begin() + static_cast<std::ptrdiff_t>(steps.size() / 2);
  std::nth_element(steps.begin(), middle, steps.end());
  gaps.usual_step = *middle;
  for_steps([&](int64_t row, double step) {
    if (step <= kGapSteps * gaps.usual_step) return;
    gaps.begins.resize(static_cast<size_t>(source.rows), 0);
    gaps.begins[static_cast<size_t>(row)] = 1;
    gaps.longest = std::max(gaps.longest, step);
    ++gaps.count;
  });
  return gaps;
}

}  // namespace apprentice::data
