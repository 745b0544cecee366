// SPDX-License-Identifier: Apache-2.0
// Comparisons to test with; their figures are invented.
#pragma once

#include "apprentice/report/comparison.h"

namespace apprentice::test {

// The control arm and `methods` methods, five seeds each; the first method is the winner.
report::ComparisonData comparison_sample(int methods = 4);
// Remaining life, two methods.
report::ComparisonData regression_comparison();

}  // namespace apprentice::test
