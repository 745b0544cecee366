// SPDX-License-Identifier: Apache-2.0
// Where a recording pauses: its time column jumps by far more than usual.
#pragma once

#include <string>
#include <vector>

#include "apprentice/data/source.h"

namespace apprentice::data {

// A time as a column gives it: a number, or a date and time in seconds.
bool read_time(const std::string& text, double& value);

// A step of the time column this many times the median step is a gap.
inline constexpr double kGapSteps = 10.0;

struct TimeGaps {
  std::vector<char> begins;  // empty, or per row 1 = the row does not follow the one before
  int64_t count = 0;
  double usual_step = 0.0, longest = 0.0;
};
// Of segments in the order of time; none without a time column, and where its texts are no times.
TimeGaps find_time_gaps(const Source& source);

}  // namespace apprentice::data
