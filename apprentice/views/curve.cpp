// SPDX-License-Identifier: Apache-2.0
#include "apprentice/views/curve.h"

#include <algorithm>

#include "apprentice/base/error.h"

namespace apprentice::views {
namespace {

// Second derivatives at the knots, whose distance is 1: the tridiagonal system m[i-1] + 4 m[i] + m[i+1] = 6 (second
// difference), zero at both ends, by elimination (Thomas).
std::vector<double> bends(const std::vector<double>& knots) {
  const size_t count = knots.size();
  std::vector<double> upper(count, 0.0), bend(count, 0.0);
  for (size_t i = 1; i + 1 < count; ++i) {
    const double pivot = 4.0 - upper[i - 1];
    upper[i] = 1.0 / pivot;
    bend[i] = (6.0 * (knots[i - 1] - 2.0 * knots[i] + knots[i + 1]) - bend[i - 1]) / pivot;
  }
  for (size_t i = count - 1; i-- > 1;) bend[i] -= upper[i] * bend[i + 1];
  return bend;
}

}  // namespace

std::vector<double> smooth_curve(const std::vector<double>& knots, int64_t length) {
  promise(knots.size() >= 2 && length >= 1, "smooth_curve: two knots and a point");
  const std::vector<double> bend = bends(knots);
  const double step = static_cast<double>(knots.size() - 1) / static_cast<double>(std::max<int64_t>(length - 1, 1));
  std::vector<double> curve(static_cast<size_t>(length));
  for (size_t point = 0; point < curve.size(); ++point) {
    const double at = static_cast<double>(point) * step;
    const size_t i = std::min(static_cast<size_t>(at), knots.size() - 2);
    const double b = at - static_cast<double>(i), a = 1.0 - b;
    curve[point] = a * knots[i] + b * knots[i + 1] + ((a * a * a - a) * bend[i] + (b * b * b - b) * bend[i + 1]) / 6.0;
  }
  return curve;
}

}  // namespace apprentice::views
