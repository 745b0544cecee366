// SPDX-License-Identifier: Apache-2.0
// What baselines reach: on the validation split for `check`, on the test split for the report.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "apprentice/baselines/baseline.h"
#include "apprentice/pipeline/job.h"
#include "apprentice/report/report.h"

namespace apprentice::pipeline {

struct BaselineCheck {
  std::string name, title, detail;
  int64_t trained_on = 0, size = 0;
  std::string unit;  // of size
  // On the validation split: accuracy and balanced accuracy, or RMSE alone.
  double metric = 0.0;
  std::optional<double> balanced;
};
std::vector<BaselineCheck> score_on_validation(const std::vector<baselines::Baseline>& baselines,
                                               const data::Dataset& validation);

// A sentence where a baseline answers the validation samples `indices` better than the teacher's `answers`, by the
// job's metric and by more than their 95 % interval; empty otherwise.
std::string teacher_below_baseline(const std::vector<baselines::Baseline>& baselines, const data::Dataset& validation,
                                   const std::vector<int64_t>& indices, const Tensor& answers, metrics::Metric metric,
                                   const Job& job);

// On the test split, each against `shipped`, the answers of what ships, by the job's metric.
std::vector<report::ReportBaseline> score_on_test(const std::vector<baselines::Baseline>& baselines,
                                                  const Tensor& shipped, const data::Dataset& test,
                                                  metrics::Metric metric, const Job& job);

}  // namespace apprentice::pipeline
