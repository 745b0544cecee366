// SPDX-License-Identifier: Apache-2.0
// The comparison as a table of texts; page and terminal print the same figures. Internal to report/.
#pragma once

#include <string>
#include <vector>

#include "apprentice/report/comparison.h"

namespace apprentice::report {

struct ComparisonTable {
  std::vector<std::string> columns;            // the first one names the method
  std::vector<std::vector<std::string>> rows;  // as many cells as columns
  std::vector<bool> is_winner;                 // per row
};
// One row per method and one per int8 form; columns without any figure are left out.
ComparisonTable comparison_table(const ComparisonData& data);

// "+1.2" points, or "+0.31" in the target's unit.
std::string gain_figure(metrics::Metric metric, double value);
// "+1.2 (+0.3 to +2.1)"
std::string gain_figures(metrics::Metric metric, const metrics::Interval& gain);

}  // namespace apprentice::report
