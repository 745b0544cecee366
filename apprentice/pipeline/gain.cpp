// SPDX-License-Identifier: Apache-2.0
#include "apprentice/pipeline/gain.h"

#include <set>

namespace apprentice::pipeline {

Truth read_truth(const data::Dataset& data) {
  Truth truth;
  std::set<int32_t> distinct;
  for (int64_t i = 0; i < data.size(); ++i) {
    const data::SampleInfo info = data.sample_info(i);
    if (data.info().task == TaskKind::kRegression)
      truth.targets.push_back(info.target);
    else
      truth.labels.push_back(info.label);
    truth.groups.push_back(info.group);
    distinct.insert(info.group);
  }
  const auto groups = static_cast<int64_t>(distinct.size());
  truth.distinct_groups = groups < data.size() ? groups : 0;
  return truth;
}

metrics::Scorecard scorecard(const Tensor& outputs, const Truth& truth, metrics::Metric metric) {
  return truth.targets.empty() ? metrics::Scorecard(metric, outputs, truth.labels)
                               : metrics::Scorecard(metric, outputs, truth.targets);
}

report::ReportGain gain_over(const Scorecards& ours, const Scorecards& theirs, const Truth& truth, const Job& job) {
  const bool grouped = truth.distinct_groups > 1;
  report::ReportGain gain;
  gain.rounds = job.report.bootstrap_rounds;
  gain.seeds = static_cast<int64_t>(ours.size());
  gain.interval =
      metrics::metric_bootstrap(ours, theirs, grouped ? truth.groups : std::vector<int32_t>{}, gain.rounds, job.seed);
  gain.method = grouped ? "grouped" : "paired";
  gain.unit_name = grouped ? "group" : "sample";
  gain.units = grouped ? truth.distinct_groups : static_cast<int64_t>(ours.front().size());
  return gain;
}

}  // namespace apprentice::pipeline
