// SPDX-License-Identifier: Apache-2.0
#include "apprentice/pipeline/gain.h"

#include <set>

namespace apprentice {

Truth read_truth(const Dataset& data) {
  Truth truth;
  std::set<int32_t> distinct;
  for (int64_t i = 0; i < data.size(); ++i) {
    const SampleInfo info = data.sample_info(i);
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

Scorecard scorecard(const Tensor& outputs, const Truth& truth, Metric metric) {
  return truth.targets.empty() ? Scorecard(metric, outputs, truth.labels) : Scorecard(metric, outputs, truth.targets);
}

ReportGain gain_over(const Scorecards& ours, const Scorecards& theirs, const Truth& truth, const Job& job) {
  const bool grouped = truth.distinct_groups > 1;
  ReportGain gain;
  gain.rounds = job.report.bootstrap_rounds;
  gain.seeds = static_cast<int64_t>(ours.size());
  gain.interval =
      metric_bootstrap(ours, theirs, grouped ? truth.groups : std::vector<int32_t>{}, gain.rounds, job.seed);
  gain.method = grouped ? "grouped" : "paired";
  gain.unit_name = grouped ? "group" : "sample";
  gain.units = grouped ? truth.distinct_groups : static_cast<int64_t>(ours.front().size());
  return gain;
}

}  // namespace apprentice
