// SPDX-License-Identifier: Apache-2.0
// Baselines: what needs no network and no teacher, on the samples and the split of the job. A student that does not
// beat them is not worth its flash. They learn from the training split, the validation split chooses their penalty or
// their number of rounds, and the test split is only answered.
#pragma once

#include <string>
#include <vector>

#include "apprentice/base/control.h"
#include "apprentice/data/dataset.h"

namespace apprentice::baselines {

struct BaselineOptions {
  uint64_t seed = 1;
  int threads = 0;  // 0 = all cores
};

// A fitted baseline. Answers are float32 [samples, classes] logits or [samples, 1] values.
struct BaselineAnswers {
  std::string detail;  // "penalty 0.001"; may be empty
  int64_t size = 0;    // weights, nodes of its trees, or numbers
  std::string unit;    // of size: "weights", "nodes"
  Tensor validation, test;
};

struct Baseline {
  std::string name;        // of its row: "linear_raw"
  std::string title;       // "Logistic regression on raw values"
  int64_t trained_on = 0;  // training samples that it saw: all, or evenly spaced ones of a large set
  BaselineAnswers answers;
};

struct BaselineKind {
  const char* name;
  bool (*applies)(const data::DatasetInfo& info);  // to data of such samples
  Result<Baseline> (*fit)(const data::Splits& splits, const BaselineOptions& options, const RunControl& control);
};
// In the order of kinds.def.
const std::vector<BaselineKind>& baseline_kinds();

// Every baseline that applies, in the order of the table. Takes seconds, a minute at most on large sets: samples and
// columns are bounded, which `trained_on` and `detail` tell. Errors: kInterrupted, or libxgboost's own.
Result<std::vector<Baseline>> fit_baselines(const data::Splits& splits, const BaselineOptions& options,
                                            const RunControl& control);

}  // namespace apprentice::baselines
