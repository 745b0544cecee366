// SPDX-License-Identifier: Apache-2.0
// Regression metrics against values worked out by hand.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "apprentice/base/error.h"
#include "apprentice/metrics/metrics.h"

namespace apprentice {
namespace {

TEST(RegressionMetrics, AgreeWithAnExampleWorkedByHand) {
  // Errors -1, 0, 2, 1; targets 1..4: mean 2.5, spread 5; squares 6.
  const metrics::RegressionMetrics m = metrics::regression_metrics(Tensor::from({4, 1}, {0, 2, 5, 5}), {1, 2, 3, 4});
  EXPECT_EQ(m.samples, 4);
  EXPECT_DOUBLE_EQ(m.rmse, std::sqrt(1.5));
  EXPECT_DOUBLE_EQ(m.mae, 1.0);
  EXPECT_DOUBLE_EQ(m.r2, 1.0 - 6.0 / 5.0);
}

TEST(RegressionMetrics, DefineR2WhereTargetsDoNotVary) {
  EXPECT_DOUBLE_EQ(metrics::regression_metrics(Tensor::from({2}, {3, 3}), {3, 3}).r2, 1.0);
  EXPECT_DOUBLE_EQ(metrics::regression_metrics(Tensor::from({2}, {3, 4}), {3, 3}).r2, 0.0);
  EXPECT_DOUBLE_EQ(metrics::regression_metrics(Tensor::from({1}, {3}), {5}).r2, 0.0);
}

TEST(RegressionMetrics, RefuseShapesThatDoNotFit) {
  EXPECT_THROW(metrics::regression_metrics(Tensor::from({2, 2}, {1, 2, 3, 4}), {1, 2}), BrokenPromise);
  EXPECT_THROW(metrics::regression_metrics(Tensor::from({2}, {1, 2}), {1}), BrokenPromise);
  EXPECT_THROW(metrics::regression_metrics(Tensor::from({0}, {}), {}), BrokenPromise);
}

TEST(NasaScore, PunishesLateAnswersMore) {
  EXPECT_NEAR(metrics::nasa_score(Tensor::from({1}, {10}), {0}), std::exp(1.0) - 1.0, 1e-12);
  EXPECT_NEAR(metrics::nasa_score(Tensor::from({1}, {0}), {13}), std::exp(1.0) - 1.0, 1e-12);
  EXPECT_GT(metrics::nasa_score(Tensor::from({1}, {10}), {0}), metrics::nasa_score(Tensor::from({1}, {0}), {10}));
  EXPECT_DOUBLE_EQ(metrics::nasa_score(Tensor::from({2}, {4, 5}), {4, 5}), 0.0);
}

TEST(AbsoluteErrors, AreDistancesToTheTarget) {
  EXPECT_THAT(metrics::absolute_errors(Tensor::from({3, 1}, {1, 5, 2}), {2, 2, 2}),
              ::testing::ElementsAre(1.0, 3.0, 0.0));
}

TEST(RegressionMetricsJson, HoldsEveryFigure) {
  const nlohmann::ordered_json json = metrics::to_json(metrics::regression_metrics(Tensor::from({2}, {1, 3}), {1, 1}));
  EXPECT_EQ(json.dump(), R"({"samples":2,"rmse":1.4142135623730951,"mae":1.0,"r2":0.0})");
}

}  // namespace
}  // namespace apprentice
