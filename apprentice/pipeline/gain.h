// SPDX-License-Identifier: Apache-2.0
// How much better some trainings answer a split than others, with the interval of the difference.
#pragma once

#include <vector>

#include "apprentice/data/dataset.h"
#include "apprentice/pipeline/job.h"
#include "apprentice/report/report.h"

namespace apprentice::pipeline {

// What is known of a split's samples.
struct Truth {
  std::vector<int32_t> labels;  // classification
  std::vector<float> targets;   // regression
  std::vector<int32_t> groups;
  int64_t distinct_groups = 0;  // 0 when every sample stands alone
};
Truth read_truth(const data::Dataset& data);

// A model's answers, float32 [n, classes] or [n, 1], ready to be scored.
metrics::Scorecard scorecard(const Tensor& outputs, const Truth& truth, metrics::Metric metric);

// One per training seed.
using Scorecards = std::vector<metrics::Scorecard>;
// mean(ours - theirs) by their metric, paired over samples and training seeds; whole groups are drawn where samples
// share them. `theirs` empty: of ours alone. The roles of the gain stay as they are.
report::ReportGain gain_over(const Scorecards& ours, const Scorecards& theirs, const Truth& truth, const Job& job);

}  // namespace apprentice::pipeline
