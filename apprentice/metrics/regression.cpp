// SPDX-License-Identifier: Apache-2.0
// Errors of real-valued answers.
#include <cmath>

#include "apprentice/base/error.h"
#include "apprentice/metrics/metrics.h"

namespace apprentice::metrics {
namespace {

// value - target per sample.
std::vector<double> errors(const Tensor& values, const std::vector<float>& targets) {
  const Shape& shape = values.shape();
  promise(shape.size() == 1 || (shape.size() == 2 && shape[1] == 1), "regression values are [n] or [n, 1]");
  promise(values.size() > 0, "metrics need at least one sample");
  promise(values.size() == static_cast<int64_t>(targets.size()), "one target per sample");
  const auto* data = values.data<float>();
  std::vector<double> result(targets.size());
  for (size_t i = 0; i < targets.size(); ++i) result[i] = static_cast<double>(data[i]) - targets[i];
  return result;
}

}  // namespace

RegressionMetrics regression_metrics(const Tensor& values, const std::vector<float>& targets) {
  const std::vector<double> error = errors(values, targets);
  const auto samples = static_cast<double>(error.size());
  double squares = 0.0, absolute = 0.0, target_sum = 0.0;
  for (size_t i = 0; i < error.size(); ++i) {
    squares += error[i] * error[i];
    absolute += std::abs(error[i]);
    target_sum += targets[i];
  }
  double spread = 0.0;
  for (const float target : targets) spread += std::pow(target - target_sum / samples, 2);
  RegressionMetrics metrics;
  metrics.samples = static_cast<int64_t>(error.size());
  metrics.rmse = std::sqrt(squares / samples);
  metrics.mae = absolute / samples;
  metrics.r2 = spread > 0.0 ? 1.0 - squares / spread : (squares == 0.0 ? 1.0 : 0.0);
  return metrics;
}

double nasa_score(const Tensor& values, const std::vector<float>& targets) {
  double score = 0.0;
  for (const double d : errors(values, targets)) score += std::expm1(d < 0.0 ? -d / 13.0 : d / 10.0);
  return score;
}

std::vector<double> absolute_errors(const Tensor& values, const std::vector<float>& targets) {
  std::vector<double> result = errors(values, targets);
  for (double& error : result) error = std::abs(error);
  return result;
}

nlohmann::ordered_json to_json(const RegressionMetrics& metrics) {
  return {{"samples", metrics.samples}, {"rmse", metrics.rmse}, {"mae", metrics.mae}, {"r2", metrics.r2}};
}

}  // namespace apprentice::metrics
