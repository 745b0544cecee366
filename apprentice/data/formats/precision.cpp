// SPDX-License-Identifier: Apache-2.0
#include "apprentice/data/formats/precision.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace apprentice::data {
namespace {

// With more steps than this over its whole range, a channel is a smooth signal that loses nothing that matters.
constexpr double kManySteps = 1 << 20;

// Distance of neighbouring float32 numbers there.
double step_at(double value) {
  const auto narrow = static_cast<float>(std::fabs(value));
  return double{std::nextafter(narrow, std::numeric_limits<float>::infinity())} - double{narrow};
}

// 2000 to 2040, in seconds to nanoseconds.
bool is_like_clock(double least, double most) {
  for (const double unit : {1.0, 1e3, 1e6, 1e9}) {
    if (least >= 946684800.0 * unit && most < 2208988800.0 * unit) return true;
  }
  return false;
}

}  // namespace

void PrecisionWatch::add(size_t channel, double value) {
  Channel& seen = channels_[channel];
  if (seen.values++ == 0) seen.last = seen.least = seen.most = value;
  seen.least = std::min(seen.least, value);
  seen.most = std::max(seen.most, value);
  if (value == seen.last) return;
  ++seen.changes;
  if (static_cast<float>(value) == static_cast<float>(seen.last)) ++seen.lost;
  seen.last = value;
}

Status PrecisionWatch::check(const std::vector<std::string>& names, const std::string& path,
                             const char* clock_advice) const {
  for (size_t i = 0; i < channels_.size(); ++i) {
    const Channel& seen = channels_[i];
    const double largest = std::max(std::fabs(seen.least), std::fabs(seen.most)), step = step_at(largest);
    if (2 * seen.lost <= seen.changes || seen.most - seen.least > kManySteps * step) continue;
    const std::string name = i < names.size() ? names[i] : std::to_string(i);
    return bad_input(
        path,
        "column '{0}' lies near {1:.4g}, where float32 holds steps of {2:.3g} only: {3} of {4} changes are lost; {5}",
        name, largest, step, seen.lost, seen.changes,
        is_like_clock(seen.least, seen.most) ? "it looks like a clock: " + fmt::format(fmt::runtime(clock_advice), name)
                                             : "subtract its offset in the file, so that the changes remain");
  }
  return {};
}

}  // namespace apprentice::data
