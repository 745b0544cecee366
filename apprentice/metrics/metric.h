// SPDX-License-Identifier: Apache-2.0
// Metric: the one figure by which a job judges, from the kept step to the arm that ships and the report's headline.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "apprentice/base/task.h"
#include "apprentice/base/tensor.h"
#include "apprentice/metrics/metrics.h"

namespace apprentice::metrics {

enum class Metric { kAccuracy, kBalancedAccuracy, kMacroF1, kPrAuc, kRmse, kMae };

const char* to_string(Metric metric);     // in jobs and JSON: "balanced_accuracy"
const char* metric_title(Metric metric);  // in sentences: "balanced accuracy", "PR-AUC", "RMSE"
std::optional<Metric> find_metric(const std::string& name);
std::vector<std::string> metric_names(TaskKind task);
// A share of 1, where more is better; else an error in the target's unit, where less is.
inline bool is_share(Metric metric) { return metric != Metric::kRmse && metric != Metric::kMae; }

// What a job without a name for it judges by: RMSE; of classes, accuracy, or balanced accuracy where the commonest
// class that occurs has kUnequal times the samples of the rarest.
inline constexpr double kUnequal = 1.5;
Metric default_metric(TaskKind task, const std::vector<int64_t>& class_counts);

// The metric from what the report holds.
double value_of(Metric metric, const ClassificationMetrics& scores);
double value_of(Metric metric, const RegressionMetrics& scores);

// A model's answers to a split, prepared to be scored again and again with other weights of its samples.
class Scorecard {
 public:
  // logits float32 [n, classes], n >= 1; a share.
  Scorecard(Metric metric, const Tensor& logits, const std::vector<int32_t>& labels);
  // values float32 [n] or [n, 1]; an error.
  Scorecard(Metric metric, const Tensor& values, const std::vector<float>& targets);

  size_t size() const { return size_; }
  Metric metric() const { return metric_; }
  double value() const { return value(std::vector<double>(size_, 1.0)); }
  // Sample i counts times[i] times; at least one counts. Classes that no counted sample has are left out of means over
  // classes, as classification_metrics() does.
  double value(const std::vector<double>& times) const;
  // The same so that more is better: an error is negative.
  double merit() const { return merit(std::vector<double>(size_, 1.0)); }
  double merit(const std::vector<double>& times) const;

 private:
  double class_score(const std::vector<double>& times) const;
  double average_precision(const std::vector<double>& times) const;
  double precision_of_class(size_t label, const std::vector<double>& times) const;
  double error(const std::vector<double>& times) const;

  Metric metric_;
  size_t size_ = 0, classes_ = 0;
  std::vector<size_t> labels_, answers_;
  // Of PR-AUC, by class: samples by falling probability, and whether the next one has the same.
  std::vector<std::vector<size_t>> orders_;
  std::vector<std::vector<bool>> tied_;
  std::vector<double> errors_;  // |value - target|
};

// Interval of mean(merit of a - merit of b) over training seeds, a[seed] against b[seed] on the same samples: draws
// units (whole groups; samples where `groups` is empty) and seeds with replacement, as seeded_bootstrap(), and scores
// what was drawn. `b` empty: of the merit of a alone.
Interval metric_bootstrap(const std::vector<Scorecard>& a, const std::vector<Scorecard>& b,
                          const std::vector<int32_t>& groups, int64_t rounds, uint64_t seed);

}  // namespace apprentice::metrics
