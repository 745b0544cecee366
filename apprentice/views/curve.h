// SPDX-License-Identifier: Apache-2.0
// A smooth random curve: a natural cubic spline through evenly spaced knots (de Boor 1978, chapter 4).
#pragma once

#include <cstdint>
#include <vector>

namespace apprentice::views {

// The spline through `knots`, evenly spread from the first to the last of `length` points, at each point. At least two
// knots; one point takes the first knot.
std::vector<double> smooth_curve(const std::vector<double>& knots, int64_t length);

}  // namespace apprentice::views
