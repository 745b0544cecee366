// SPDX-License-Identifier: Apache-2.0
// Cross-validation: comparisons of jobs that differ in [split] fold only, pooled. Pure functions.
#pragma once

#include <string>
#include <vector>

#include "apprentice/report/comparison.h"

namespace apprentice::report {

// A method's float students on the test sides of all folds, by the metric of the job.
struct PooledMethod {
  std::string name;
  double test = 0.0;                 // mean over folds
  metrics::Interval gain;            // over the control arm of the same fold; zero for the control arm itself
  std::optional<double> to_teacher;  // share of the way from the control arm, as way_to_teacher()
};

struct PooledFolds {
  std::string job;
  metrics::Metric metric = metrics::Metric::kAccuracy;
  int64_t folds = 0, test_samples = 0;  // in all folds
  std::optional<double> teacher;
  std::vector<PooledMethod> methods;  // the control arm first
};

// Jobs of the same name belong together, in the order of their first fold. Refuses a name with one fold only, over 20
// folds, and folds that compared different methods. The interval of a gain is Student's t over the folds' gains.
Result<std::vector<PooledFolds>> pool_folds(const std::vector<ComparisonData>& comparisons);

// A section of a Markdown page.
std::string render_folds(const std::vector<PooledFolds>& jobs);

}  // namespace apprentice::report
