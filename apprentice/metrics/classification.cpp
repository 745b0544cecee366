// SPDX-License-Identifier: Apache-2.0
// Accuracy, F1, confusion, cross entropy and calibration of a classifier's logits.
#include "apprentice/metrics/logits.h"
#include "apprentice/metrics/metric.h"

namespace apprentice::metrics {
namespace {

constexpr int64_t kReliabilityBins = 15;

double ratio(double part, double whole) { return whole > 0.0 ? part / whole : 0.0; }

void check_labels(const LogitRows& rows, const std::vector<int32_t>& labels) {
  promise(static_cast<int64_t>(labels.size()) == rows.samples, "one label per sample");
  for (const int32_t label : labels) promise(label >= 0 && label < rows.classes, "a label is a class index");
}

// Precision, recall, F1 and their means from the confusion matrix.
void add_class_scores(ClassificationMetrics* metrics) {
  const size_t classes = metrics->confusion.size();
  double f1_sum = 0.0, recall_sum = 0.0;
  int64_t seen = 0, labelled = 0;
  for (size_t k = 0; k < classes; ++k) {
    double truths = 0.0, answers = 0.0;
    for (size_t other = 0; other < classes; ++other) {
      truths += static_cast<double>(metrics->confusion[k][other]);
      answers += static_cast<double>(metrics->confusion[other][k]);
    }
    const auto right = static_cast<double>(metrics->confusion[k][k]);
    metrics->precision.push_back(ratio(right, answers));
    metrics->recall.push_back(ratio(right, truths));
    metrics->f1.push_back(ratio(2.0 * right, truths + answers));
    f1_sum += metrics->f1.back();
    seen += truths + answers > 0.0 ? 1 : 0;
    recall_sum += metrics->recall.back();
    labelled += truths > 0.0 ? 1 : 0;
  }
  metrics->macro_f1 = ratio(f1_sum, static_cast<double>(seen));
  metrics->balanced_accuracy = ratio(recall_sum, static_cast<double>(labelled));
}

// Guo et al. 2017: bin m is (m / M, (m + 1) / M].
size_t bin_of(double confidence) {
  if (std::isnan(confidence)) return kReliabilityBins - 1;
  const auto bin = static_cast<int64_t>(std::ceil(confidence * kReliabilityBins)) - 1;
  return static_cast<size_t>(std::clamp<int64_t>(bin, 0, kReliabilityBins - 1));
}

void finish_reliability(ClassificationMetrics* metrics) {
  const auto samples = static_cast<double>(metrics->samples);
  for (ReliabilityBin& bin : metrics->reliability) {
    if (bin.count == 0) continue;
    const auto count = static_cast<double>(bin.count);
    bin.confidence /= count;
    bin.accuracy /= count;
    metrics->ece += count / samples * std::abs(bin.accuracy - bin.confidence);
  }
}

}  // namespace

ClassificationMetrics classification_metrics(const Tensor& logits, const std::vector<int32_t>& labels) {
  const LogitRows rows(logits);
  check_labels(rows, labels);
  const auto classes = static_cast<size_t>(rows.classes);
  ClassificationMetrics metrics;
  metrics.samples = rows.samples;
  metrics.confusion.assign(classes, std::vector<int64_t>(classes, 0));
  metrics.reliability.assign(kReliabilityBins, ReliabilityBin{});
  std::vector<double> log_p;
  double right = 0.0;
  for (int64_t i = 0; i < rows.samples; ++i) {
    const auto truth = static_cast<size_t>(labels[static_cast<size_t>(i)]);
    const auto answer = static_cast<size_t>(rows.argmax(i));
    rows.log_softmax(i, &log_p);
    const double hit = answer == truth ? 1.0 : 0.0;
    const double confidence = std::exp(log_p[answer]);
    metrics.confusion[truth][answer] += 1;
    metrics.cross_entropy -= log_p[truth];
    right += hit;
    ReliabilityBin& bin = metrics.reliability[bin_of(confidence)];
    bin.count += 1;
    bin.confidence += confidence;
    bin.accuracy += hit;
  }
  metrics.accuracy = right / static_cast<double>(rows.samples);
  metrics.cross_entropy /= static_cast<double>(rows.samples);
  add_class_scores(&metrics);
  metrics.pr_auc = Scorecard(Metric::kPrAuc, logits, labels).value();
  finish_reliability(&metrics);
  return metrics;
}

Agreement agreement(const Tensor& reference_logits, const Tensor& logits) {
  const LogitRows reference(reference_logits), model(logits);
  promise(reference.samples == model.samples && reference.classes == model.classes,
          "two models that are compared answer for the same samples and classes");
  Agreement result;
  std::vector<double> log_p, log_q;
  for (int64_t i = 0; i < model.samples; ++i) {
    reference.log_softmax(i, &log_p);
    model.log_softmax(i, &log_q);
    result.agreement += reference.argmax(i) == model.argmax(i) ? 1.0 : 0.0;
    for (size_t k = 0; k < log_p.size(); ++k) result.kl += std::exp(log_p[k]) * (log_p[k] - log_q[k]);
  }
  result.agreement /= static_cast<double>(model.samples);
  result.kl /= static_cast<double>(model.samples);
  return result;
}

std::vector<double> hits(const Tensor& logits, const std::vector<int32_t>& labels) {
  const LogitRows rows(logits);
  check_labels(rows, labels);
  std::vector<double> result(labels.size());
  for (size_t i = 0; i < labels.size(); ++i) {
    result[i] = rows.argmax(static_cast<int64_t>(i)) == labels[i] ? 1.0 : 0.0;
  }
  return result;
}

nlohmann::ordered_json to_json(const ClassificationMetrics& metrics) {
  nlohmann::ordered_json json = {{"samples", metrics.samples},
                                 {"accuracy", metrics.accuracy},
                                 {"macro_f1", metrics.macro_f1},
                                 {"balanced_accuracy", metrics.balanced_accuracy},
                                 {"pr_auc", metrics.pr_auc},
                                 {"cross_entropy", metrics.cross_entropy},
                                 {"ece", metrics.ece}};
  json["reliability"] = nlohmann::ordered_json::array();
  for (const ReliabilityBin& bin : metrics.reliability) {
    json["reliability"].push_back({{"count", bin.count}, {"confidence", bin.confidence}, {"accuracy", bin.accuracy}});
  }
  json["confusion"] = metrics.confusion;
  json["precision"] = metrics.precision;
  json["recall"] = metrics.recall;
  json["f1"] = metrics.f1;
  return json;
}

}  // namespace apprentice::metrics
