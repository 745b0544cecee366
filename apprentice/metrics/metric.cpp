// SPDX-License-Identifier: Apache-2.0
#include "apprentice/metrics/metric.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "apprentice/metrics/logits.h"

namespace apprentice::metrics {
namespace {

struct Row {
  const char* name;
  const char* title;
};
// By Metric.
constexpr Row kRows[] = {{"accuracy", "accuracy"}, {"balanced_accuracy", "balanced accuracy"},
                         {"macro_f1", "macro F1"}, {"pr_auc", "PR-AUC"},
                         {"rmse", "RMSE"},         {"mae", "mean absolute error"}};

const Row& row_of(Metric metric) { return kRows[static_cast<size_t>(metric)]; }

double share_of(double part, double whole) { return whole > 0.0 ? part / whole : 0.0; }

// log p of every class; no number is the least. Summed by size, so that the same logits in another order give the same
// bits: samples of an int8 network are often equally probable, and count as equal.
std::vector<double> log_probabilities(const float* logits, size_t classes) {
  std::vector<double> values(logits, logits + classes);
  for (double& value : values) value = std::isnan(value) ? -HUGE_VAL : value;
  std::vector<double> sorted = values;
  std::sort(sorted.begin(), sorted.end());
  double sum = 0.0;
  for (const double value : sorted) sum += std::exp(value - sorted.back());
  for (double& value : values) {
    value = (value - sorted.back()) - std::log(sum);
    if (std::isnan(value)) value = -HUGE_VAL;
  }
  return values;
}

}  // namespace

const char* to_string(Metric metric) { return row_of(metric).name; }
const char* metric_title(Metric metric) { return row_of(metric).title; }

std::optional<Metric> find_metric(const std::string& name) {
  for (size_t i = 0; i < std::size(kRows); ++i) {
    if (name == kRows[i].name) return static_cast<Metric>(i);
  }
  return std::nullopt;
}

std::vector<std::string> metric_names(TaskKind task) {
  std::vector<std::string> names;
  for (size_t i = 0; i < std::size(kRows); ++i) {
    const bool fits = is_share(static_cast<Metric>(i)) == (task == TaskKind::kClassification);
    if (fits) names.emplace_back(kRows[i].name);
  }
  return names;
}

Metric default_metric(TaskKind task, const std::vector<int64_t>& class_counts) {
  if (task == TaskKind::kRegression) return Metric::kRmse;
  int64_t most = 0, least = 0;
  for (const int64_t count : class_counts) {
    most = std::max(most, count);
    if (count > 0 && (least == 0 || count < least)) least = count;
  }
  const bool unequal = static_cast<double>(most) >= kUnequal * static_cast<double>(least);
  return unequal ? Metric::kBalancedAccuracy : Metric::kAccuracy;
}

double value_of(Metric metric, const ClassificationMetrics& scores) {
  switch (metric) {
    case Metric::kBalancedAccuracy: return scores.balanced_accuracy;
    case Metric::kMacroF1: return scores.macro_f1;
    case Metric::kPrAuc: return scores.pr_auc;
    default: return scores.accuracy;
  }
}

double value_of(Metric metric, const RegressionMetrics& scores) {
  return metric == Metric::kMae ? scores.mae : scores.rmse;
}

Scorecard::Scorecard(Metric metric, const Tensor& logits, const std::vector<int32_t>& labels) : metric_(metric) {
  promise(is_share(metric), "a classifier is judged by a share");
  const LogitRows rows(logits);
  promise(static_cast<int64_t>(labels.size()) == rows.samples, "one label per sample");
  size_ = labels.size();
  classes_ = static_cast<size_t>(rows.classes);
  std::vector<std::vector<double>> scores(metric == Metric::kPrAuc ? classes_ : 0, std::vector<double>(size_));
  for (size_t i = 0; i < size_; ++i) {
    promise(labels[i] >= 0 && labels[i] < rows.classes, "a label is a class index");
    labels_.push_back(static_cast<size_t>(labels[i]));
    answers_.push_back(static_cast<size_t>(rows.argmax(static_cast<int64_t>(i))));
    if (scores.empty()) continue;
    const std::vector<double> log_p = log_probabilities(rows.row(static_cast<int64_t>(i)), classes_);
    for (size_t k = 0; k < classes_; ++k) scores[k][i] = log_p[k];
  }
  for (const std::vector<double>& of_class : scores) {
    std::vector<size_t> order(size_);
    std::iota(order.begin(), order.end(), size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) { return of_class[a] > of_class[b]; });
    std::vector<bool> tied(size_, false);
    for (size_t i = 0; i + 1 < size_; ++i) tied[i] = of_class[order[i]] == of_class[order[i + 1]];
    orders_.push_back(std::move(order));
    tied_.push_back(std::move(tied));
  }
}

Scorecard::Scorecard(Metric metric, const Tensor& values, const std::vector<float>& targets)
    : metric_(metric), size_(targets.size()), errors_(absolute_errors(values, targets)) {
  promise(!is_share(metric), "a regression is judged by an error");
}

double Scorecard::value(const std::vector<double>& times) const {
  promise(times.size() == size_, "one weight per sample");
  if (!is_share(metric_)) return error(times);
  return metric_ == Metric::kPrAuc ? average_precision(times) : class_score(times);
}

double Scorecard::merit(const std::vector<double>& times) const {
  return is_share(metric_) ? value(times) : -value(times);
}

double Scorecard::class_score(const std::vector<double>& times) const {
  std::vector<double> truths(classes_, 0.0), answers(classes_, 0.0), right(classes_, 0.0);
  for (size_t i = 0; i < size_; ++i) {
    truths[labels_[i]] += times[i];
    answers[answers_[i]] += times[i];
    if (labels_[i] == answers_[i]) right[labels_[i]] += times[i];
  }
  const auto sum = [](const std::vector<double>& values) { return std::accumulate(values.begin(), values.end(), 0.0); };
  if (metric_ == Metric::kAccuracy) return share_of(sum(right), sum(truths));
  double total = 0.0, counted = 0.0;
  for (size_t k = 0; k < classes_; ++k) {
    const bool f1 = metric_ == Metric::kMacroF1;
    if (truths[k] <= 0.0 && (!f1 || answers[k] <= 0.0)) continue;
    total += f1 ? 2.0 * right[k] / (truths[k] + answers[k]) : right[k] / truths[k];
    counted += 1.0;
  }
  return share_of(total, counted);
}

double Scorecard::average_precision(const std::vector<double>& times) const {
  std::vector<double> truths(classes_, 0.0);
  for (size_t i = 0; i < size_; ++i) truths[labels_[i]] += times[i];
  double total = 0.0, counted = 0.0;
  for (size_t k = 0; k < classes_; ++k) {
    if (truths[k] <= 0.0) continue;
    total += precision_of_class(k, times) / truths[k];
    counted += 1.0;
  }
  return share_of(total, counted);
}

// Sum over thresholds of the samples won times the precision there; equal probabilities are one threshold.
double Scorecard::precision_of_class(size_t label, const std::vector<double>& times) const {
  double hits = 0.0, shown = 0.0, won = 0.0, sum = 0.0;
  for (size_t i = 0; i < size_; ++i) {
    const size_t sample = orders_[label][i];
    shown += times[sample];
    if (labels_[sample] == label) won += times[sample];
    if (tied_[label][i]) continue;
    hits += won;
    if (won > 0.0) sum += won * hits / shown;
    won = 0.0;
  }
  return sum;
}

double Scorecard::error(const std::vector<double>& times) const {
  double sum = 0.0, count = 0.0;
  for (size_t i = 0; i < size_; ++i) {
    sum += times[i] * (metric_ == Metric::kRmse ? errors_[i] * errors_[i] : errors_[i]);
    count += times[i];
  }
  return metric_ == Metric::kRmse ? std::sqrt(sum / count) : sum / count;
}

}  // namespace apprentice::metrics
