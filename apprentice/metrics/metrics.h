// SPDX-License-Identifier: Apache-2.0
// Metrics on host arrays: what the report says about quality. No libtorch; float64 inside; free of state, so any
// thread may call. Shapes or labels that do not fit throw BrokenPromise: callers checked them where they came in.
// A logit that is not finite makes the means it enters (cross entropy, KL) not finite; it never stops the program.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "apprentice/base/tensor.h"

namespace apprentice::metrics {

struct ReliabilityBin {
  int64_t count = 0;
  double confidence = 0.0, accuracy = 0.0;  // means inside the bin; 0 when it is empty
};

struct ClassificationMetrics {
  int64_t samples = 0;
  // Macro F1: mean over the classes that occur as a label or as an answer. Balanced accuracy: mean recall of the
  // classes that occur as a label. (Both as scikit-learn defines them.)
  double accuracy = 0.0, macro_f1 = 0.0, balanced_accuracy = 0.0;
  double pr_auc = 0.0;         // average precision, one class against the rest, mean over occurring classes
  double cross_entropy = 0.0;  // nats
  double ece = 0.0;            // expected calibration error, 15 equal-width bins (Guo et al. 2017, eq. 5)
  std::vector<ReliabilityBin> reliability;      // bin m holds confidences in (m / 15, (m + 1) / 15]
  std::vector<std::vector<int64_t>> confusion;  // [truth][prediction]
  std::vector<double> precision, recall, f1;    // per class; NaN-free: 0 where undefined
};
// logits float32 [n, classes], n >= 1.
ClassificationMetrics classification_metrics(const Tensor& logits, const std::vector<int32_t>& labels);

struct RegressionMetrics {
  int64_t samples = 0;
  double rmse = 0.0, mae = 0.0;
  double r2 = 0.0;  // targets that do not vary: 1 when every value is exact, else 0
};
// values float32 [n] or [n, 1], n >= 1.
RegressionMetrics regression_metrics(const Tensor& values, const std::vector<float>& targets);
// Asymmetric score for remaining useful life, summed over samples: late answers cost more than early ones
// (Saxena et al. 2008, "Damage propagation modeling", section on performance evaluation; constants 13 and 10).
double nasa_score(const Tensor& values, const std::vector<float>& targets);

// How alike two models answer: share of equal argmax, mean KL(reference || model) in nats at T = 1.
struct Agreement {
  double agreement = 0.0, kl = 0.0;
};
Agreement agreement(const Tensor& reference_logits, const Tensor& logits);

// Paired bootstrap over samples (Efron and Tibshirani 1993, ch. 13; percentile interval) of mean(a - b).
// One sample, or one group, gives an interval without width, which says nothing: callers tell the number beside it.
struct Interval {
  double mean = 0.0, low = 0.0, high = 0.0;  // 95 %
};
// Half the width of a 95 % interval of a normal distribution is 1.96 of them.
double standard_error(const Interval& interval);
Interval paired_bootstrap(const std::vector<double>& a, const std::vector<double>& b, int64_t rounds, uint64_t seed);
// As above but resamples whole groups (cluster bootstrap): windows of one recording are not independent.
Interval grouped_bootstrap(const std::vector<double>& a, const std::vector<double>& b,
                           const std::vector<int32_t>& groups, int64_t rounds, uint64_t seed);
// Several training seeds, a[seed][sample] against b[seed][sample]: resamples groups and seeds, so the interval covers
// both the choice of test recordings and the luck of training. `groups` empty: every sample stands alone.
Interval seeded_bootstrap(const std::vector<std::vector<double>>& a, const std::vector<std::vector<double>>& b,
                          const std::vector<int32_t>& groups, int64_t rounds, uint64_t seed);
// 1.0 where the argmax is the label (ties: the lowest index), else 0.0.
std::vector<double> hits(const Tensor& logits, const std::vector<int32_t>& labels);
// |value - target| per sample: what a bootstrap of two regression models compares.
std::vector<double> absolute_errors(const Tensor& values, const std::vector<float>& targets);

nlohmann::ordered_json to_json(const ClassificationMetrics& metrics);
nlohmann::ordered_json to_json(const RegressionMetrics& metrics);

}  // namespace apprentice::metrics
