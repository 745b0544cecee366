// SPDX-License-Identifier: Apache-2.0
// Minimum of a smooth convex function by limited-memory BFGS (Nocedal 1980; Nocedal and Wright 2006, algorithm 7.5),
// with steps halved until they satisfy Armijo's condition. Internal to baselines/.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

namespace apprentice::baselines {

// The value at a point; writes the gradient there.
using Objective = std::function<double(const std::vector<double>& point, std::vector<double>* gradient)>;

// Moves `point` to the minimum and returns the value there. Ends after `iterations`, or when one gains less than
// `tolerance` of the value.
double minimise(const Objective& objective, int64_t iterations, double tolerance, std::vector<double>* point);

}  // namespace apprentice::baselines
