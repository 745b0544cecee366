// SPDX-License-Identifier: Apache-2.0
// Which of several ranges each tensor should have, judged by the answers of the whole net.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "apprentice/base/error.h"
#include "apprentice/quant/histogram.h"

namespace apprentice::quant {

using Ranges = std::vector<layers::QuantRange>;  // one for each group of tensors that share a scale

// What one calibration method gives, by the method's name.
struct RangeCandidate {
  std::string name;
  Ranges ranges;
};

struct ChosenRanges {
  Ranges ranges;
  double distance = 0.0;
  std::string note;  // which method, against what; and how many groups have another one's range
};

// Of a net with these ranges; smaller is better.
using DistanceOf = std::function<Result<double>(const Ranges&)>;

// The best candidate as a whole; then, `by_group`, each group in turn takes the range of another candidate where that
// is better, twice over at most (coordinate descent). Ties keep what was first.
Result<ChosenRanges> nearest_ranges(const std::vector<RangeCandidate>& candidates, const DistanceOf& distance_of,
                                    bool by_group);

}  // namespace apprentice::quant
