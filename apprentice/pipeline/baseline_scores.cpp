// SPDX-License-Identifier: Apache-2.0
#include "apprentice/pipeline/baseline_scores.h"

#include <cctype>

#include "apprentice/pipeline/gain.h"

namespace apprentice::pipeline {
namespace {

Truth part_of(const Truth& all, const std::vector<int64_t>& indices) {
  Truth part;
  part.distinct_groups = all.distinct_groups;
  for (const int64_t index : indices) {
    const auto at = static_cast<size_t>(index);
    if (all.targets.empty())
      part.labels.push_back(all.labels[at]);
    else
      part.targets.push_back(all.targets[at]);
    part.groups.push_back(all.groups[at]);
  }
  return part;
}

Tensor part_of(const Tensor& all, const std::vector<int64_t>& indices) {
  const int64_t width = all.shape().at(1);
  Tensor part(DType::kF32, {static_cast<int64_t>(indices.size()), width});
  for (size_t i = 0; i < indices.size(); ++i)
    std::copy_n(all.data<float>() + indices[i] * width, width, part.data<float>() + static_cast<int64_t>(i) * width);
  return part;
}

std::string in_sentence(std::string title) {
  title[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(title[0])));
  return title;
}

report::ReportBaseline described(const baselines::Baseline& baseline) {
  report::ReportBaseline out;
  out.name = baseline.name;
  out.title = baseline.title;
  out.detail = baseline.answers.detail;
  out.trained_on = baseline.trained_on;
  out.size = baseline.answers.size;
  out.unit = baseline.answers.unit;
  return out;
}

}  // namespace

std::vector<BaselineCheck> score_on_validation(const std::vector<baselines::Baseline>& baselines,
                                               const data::Dataset& validation) {
  const Truth truth = read_truth(validation);
  std::vector<BaselineCheck> list;
  for (const baselines::Baseline& baseline : baselines) {
    BaselineCheck one{baseline.name,
                      baseline.title,
                      baseline.answers.detail,
                      baseline.trained_on,
                      baseline.answers.size,
                      baseline.answers.unit,
                      0.0,
                      std::nullopt};
    const Tensor& answers = baseline.answers.validation;
    if (truth.targets.empty()) {
      const metrics::ClassificationMetrics metrics = metrics::classification_metrics(answers, truth.labels);
      one.metric = metrics.accuracy;
      one.balanced = metrics.balanced_accuracy;
    } else {
      one.metric = metrics::regression_metrics(answers, truth.targets).rmse;
    }
    list.push_back(std::move(one));
  }
  return list;
}

std::string teacher_below_baseline(const std::vector<baselines::Baseline>& baselines, const data::Dataset& validation,
                                   const std::vector<int64_t>& indices, const Tensor& answers, metrics::Metric metric,
                                   const Job& job) {
  const Truth truth = part_of(read_truth(validation), indices);
  const metrics::Scorecard taught = scorecard(answers, truth, metric);
  const baselines::Baseline* best = nullptr;
  metrics::Scorecard most = taught;
  for (const baselines::Baseline& baseline : baselines) {
    const metrics::Scorecard own = scorecard(part_of(baseline.answers.validation, indices), truth, metric);
    if (own.merit() > most.merit()) best = &baseline, most = own;
  }
  if (best == nullptr) return "";
  const report::ReportGain gain = gain_over({most}, {taught}, truth, job);
  if (!(gain.interval.low > 0.0)) return "";
  return fmt::format(
      "the teacher is below a simple baseline: {} {:.4f} on {} validation samples, {} {:.4f}; look at how its samples "
      "are prepared, or for a better teacher",
      metrics::metric_title(metric), taught.value(), indices.size(), in_sentence(best->title), most.value());
}

std::vector<report::ReportBaseline> score_on_test(const std::vector<baselines::Baseline>& baselines,
                                                  const Tensor& shipped, const data::Dataset& test,
                                                  metrics::Metric metric, const Job& job) {
  const Truth truth = read_truth(test);
  const Scorecards own{scorecard(shipped, truth, metric)};
  std::vector<report::ReportBaseline> list;
  for (const baselines::Baseline& baseline : baselines) {
    report::ReportBaseline one = described(baseline);
    const Tensor& answers = baseline.answers.test;
    if (truth.targets.empty()) {
      const metrics::ClassificationMetrics metrics = metrics::classification_metrics(answers, truth.labels);
      one.classification =
          report::ReportBaseline::Shares{metrics.accuracy, metrics.balanced_accuracy, metrics.macro_f1, metrics.pr_auc};
    } else {
      one.regression = metrics::regression_metrics(answers, truth.targets);
    }
    one.over_shipped = gain_over({scorecard(answers, truth, metric)}, own, truth, job).interval;
    list.push_back(std::move(one));
  }
  return list;
}

}  // namespace apprentice::pipeline
