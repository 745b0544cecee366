// SPDX-License-Identifier: Apache-2.0
// Metrics on host arrays: what the report says about quality. No libtorch.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "apprentice/base/tensor.h"

namespace apprentice {

struct ReliabilityBin {
  int64_t count = 0;
  double confidence = 0.0, accuracy = 0.0;  // means inside the bin
};

struct ClassificationMetrics {
  int64_t samples = 0;
  double accuracy = 0.0, macro_f1 = 0.0, balanced_accuracy = 0.0;
  double cross_entropy = 0.0;
  double ece = 0.0;  // expected calibration error, 15 equal-width bins (Guo et al. 2017, eq. 5)
  std::vector<ReliabilityBin> reliability;
  std::vector<std::vector<int64_t>> confusion;  // [truth][prediction]
  std::vector<double> precision, recall, f1;    // per class; NaN-free: 0 where undefined
};
// logits float32 [n, classes].
ClassificationMetrics classification_metrics(const Tensor& logits, const std::vector<int32_t>& labels);

struct RegressionMetrics {
  int64_t samples = 0;
  double rmse = 0.0, mae = 0.0, r2 = 0.0;
};
RegressionMetrics regression_metrics(const Tensor& values, const std::vector<float>& targets);

// How alike two models answer: share of equal argmax, mean KL(reference || model) in nats at T = 1.
struct Agreement {
  double agreement = 0.0, kl = 0.0;
};
Agreement agreement(const Tensor& reference_logits, const Tensor& logits);

// Paired bootstrap over samples (Efron and Tibshirani 1993, ch. 13; percentile interval) of mean(a - b).
struct Interval {
  double mean = 0.0, low = 0.0, high = 0.0;  // 95 %
};
Interval paired_bootstrap(const std::vector<double>& a, const std::vector<double>& b, int64_t rounds, uint64_t seed);
// As above but resamples whole groups (cluster bootstrap): windows of one recording are not independent.
Interval grouped_bootstrap(const std::vector<double>& a, const std::vector<double>& b,
                           const std::vector<int32_t>& groups, int64_t rounds, uint64_t seed);
// 1.0 where the argmax is the label (ties: the lowest index), else 0.0.
std::vector<double> hits(const Tensor& logits, const std::vector<int32_t>& labels);

nlohmann::ordered_json to_json(const ClassificationMetrics& metrics);
nlohmann::ordered_json to_json(const RegressionMetrics& metrics);

}  // namespace apprentice
