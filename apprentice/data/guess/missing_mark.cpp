// SPDX-License-Identifier: Apache-2.0
#include "apprentice/data/guess/missing_mark.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace apprentice::data {
namespace {

constexpr double kFar = 3.0;  // times the range of the other numbers
constexpr int64_t kFewest = 2;

bool is_mark(double value) {
  const double size = std::fabs(value);
  return size == 999.0 || size == 9999.0 || size == 99999.0 || size == 999999.0;
}

}  // namespace

std::optional<MissingMark> missing_mark(const ColumnFacts& column) {
  if (!column.is_number()) return std::nullopt;
  MissingMark mark;
  double least = std::numeric_limits<double>::infinity(), most = -least;
  for (const double value : column.numbers) {
    if (std::isnan(value)) continue;
    if (is_mark(value) && (mark.count == 0 || value == mark.value)) {
      mark.value = value;
      ++mark.count;
    } else {
      least = std::min(least, value);
      most = std::max(most, value);
    }
  }
  if (mark.count < kFewest || least >= most) return std::nullopt;
  const double away = std::max(least - mark.value, mark.value - most);
  return away > kFar * (most - least) ? std::optional(mark) : std::nullopt;
}

}  // namespace apprentice::data
