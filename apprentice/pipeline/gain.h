// SPDX-License-Identifier: Apache-2.0
// How much better some trainings answer a split than others, with the interval of the difference.
#pragma once

#include <vector>

#include "apprentice/data/dataset.h"
#include "apprentice/pipeline/job.h"
#include "apprentice/report/report.h"

namespace apprentice {

// What is known of a split's samples.
struct Truth {
  std::vector<int32_t> labels;  // classification
  std::vector<float> targets;   // regression
  std::vector<int32_t> groups;
  int64_t distinct_groups = 0;  // 0 when every sample stands alone
};
Truth read_truth(const Dataset& data);

// Per sample, larger is better: 1 for a hit, or the negative absolute error. outputs float32 [n, classes] or [n, 1].
std::vector<double> merits(const Tensor& outputs, const Truth& truth);

// [training seed][sample]
using Merits = std::vector<std::vector<double>>;
// mean(ours - theirs), paired over samples and training seeds; whole groups are drawn where samples share them. The
// roles of the gain stay as they are.
ReportGain gain_over(const Merits& ours, const Merits& theirs, const Truth& truth, const Job& job);

}  // namespace apprentice
