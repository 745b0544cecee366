// SPDX-License-Identifier: Apache-2.0
// Dates and times as people write them into tables.
#pragma once

#include <string_view>

namespace apprentice::data {

// "2024-03-01 12:00:00.5", "2024/03/01T12:00Z", "01.03.2024 12:00", "12:00:00.5": seconds on a scale of their own,
// right for differences within one column of one style. False for everything else. Day and month are taken in the order
// of ISO 8601 where the year comes first, else as day.month.year; "3/1/2024" has the month first where the second
// number is no month.
bool parse_time(std::string_view text, double& seconds);

}  // namespace apprentice::data
