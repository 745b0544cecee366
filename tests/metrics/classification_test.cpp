// SPDX-License-Identifier: Apache-2.0
// Classification metrics against values worked out by hand and against loops written another way.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "apprentice/base/error.h"
#include "apprentice/base/random.h"
#include "apprentice/metrics/metrics.h"

namespace apprentice {

using metrics::classification_metrics;

namespace {

using ::testing::DoubleNear;
using ::testing::ElementsAre;
using ::testing::Pointwise;

Tensor random_logits(int64_t samples, int64_t classes, double scale, const char* stream) {
  Rng rng(7, stream);
  std::vector<float> values(static_cast<size_t>(samples * classes));
  for (float& value : values) value = static_cast<float>(scale * rng.normal());
  return Tensor::from({samples, classes}, values);
}

std::vector<int32_t> random_labels(int64_t samples, int64_t classes) {
  Rng rng(7, "labels");
  std::vector<int32_t> labels(static_cast<size_t>(samples));
  for (int32_t& label : labels) label = static_cast<int32_t>(rng.below(static_cast<uint64_t>(classes)));
  return labels;
}

// Softmax probability in long double without the shift: right for the moderate logits used here.
long double plain_probability(const Tensor& logits, int64_t row, int64_t k) {
  const int64_t classes = logits.shape()[1];
  const float* values = logits.data<float>() + row * classes;
  long double sum = 0.0L;
  for (int64_t j = 0; j < classes; ++j) sum += std::exp(static_cast<long double>(values[j]));
  return std::exp(static_cast<long double>(values[k])) / sum;
}

// Six samples, three classes; answers 0 0 1 1 2 0 for labels 0 0 0 1 1 2.
metrics::ClassificationMetrics by_hand() {
  const Tensor logits = Tensor::from({6, 3}, {9, 0, 0, 9, 0, 0, 0, 9, 0, 0, 9, 0, 0, 0, 9, 9, 0, 0});
  return classification_metrics(logits, {0, 0, 0, 1, 1, 2});
}

TEST(ClassificationMetrics, AgreeWithAnExampleWorkedByHand) {
  const metrics::ClassificationMetrics m = by_hand();
  EXPECT_EQ(m.samples, 6);
  EXPECT_DOUBLE_EQ(m.accuracy, 3.0 / 6.0);
  EXPECT_THAT(m.confusion[0], ElementsAre(2, 1, 0));
  EXPECT_THAT(m.confusion[1], ElementsAre(0, 1, 1));
  EXPECT_THAT(m.confusion[2], ElementsAre(1, 0, 0));
  EXPECT_THAT(m.precision, Pointwise(DoubleNear(1e-15), {2.0 / 3, 1.0 / 2, 0.0}));
  EXPECT_THAT(m.recall, Pointwise(DoubleNear(1e-15), {2.0 / 3, 1.0 / 2, 0.0}));
  EXPECT_THAT(m.f1, Pointwise(DoubleNear(1e-15), {2.0 / 3, 1.0 / 2, 0.0}));
  EXPECT_DOUBLE_EQ(m.macro_f1, (2.0 / 3 + 0.5) / 3);
  EXPECT_DOUBLE_EQ(m.balanced_accuracy, (2.0 / 3 + 0.5) / 3);
  // Each sample: p = e^9 / (e^9 + 2); three hits cost -log p, three misses 9 - log p.
  const double log_p = -std::log1p(2.0 * std::exp(-9.0));
  EXPECT_NEAR(m.cross_entropy, (3 * -log_p + 3 * (9 - log_p)) / 6, 1e-12);
  // All six lie in the last bin: accuracy 1/2 at confidence p.
  EXPECT_EQ(m.reliability.size(), 15U);
  EXPECT_EQ(m.reliability[14].count, 6);
  EXPECT_NEAR(m.ece, std::exp(log_p) - 0.5, 1e-12);
}

TEST(ClassificationMetrics, AgreeWithPlainLongDoubleLoopsOnRandomLogits) {
  const Tensor logits = random_logits(500, 7, 2.0, "logits");
  const std::vector<int32_t> labels = random_labels(500, 7);
  const metrics::ClassificationMetrics m = classification_metrics(logits, labels);
  long double entropy = 0.0L, ece = 0.0L, right = 0.0L;
  std::vector<long double> confidence(15), accuracy(15);
  for (int64_t i = 0; i < 500; ++i) {
    int64_t best = 0;
    for (int64_t k = 0; k < 7; ++k) {
      if (plain_probability(logits, i, k) > plain_probability(logits, i, best)) best = k;
    }
    const long double p = plain_probability(logits, i, best);
    size_t bin = 0;
    while (p > (static_cast<long double>(bin) + 1.0L) / 15.0L) ++bin;
    const bool hit = best == labels[static_cast<size_t>(i)];
    confidence[bin] += p;
    accuracy[bin] += hit ? 1.0L : 0.0L;
    right += hit ? 1.0L : 0.0L;
    entropy -= std::log(plain_probability(logits, i, labels[static_cast<size_t>(i)]));
  }
  for (size_t bin = 0; bin < 15; ++bin) ece += std::abs(accuracy[bin] - confidence[bin]) / 500.0L;
  EXPECT_NEAR(m.accuracy, static_cast<double>(right / 500.0L), 1e-12);
  EXPECT_NEAR(m.cross_entropy, static_cast<double>(entropy / 500.0L), 1e-10);
  EXPECT_NEAR(m.ece, static_cast<double>(ece), 1e-10);
}

TEST(ClassificationMetrics, TakeTheLowestIndexOfATie) {
  const Tensor logits = Tensor::from({2, 3}, {1, 1, 1, 0, 2, 2});
  EXPECT_THAT(metrics::hits(logits, {0, 2}), ElementsAre(1.0, 0.0));
  EXPECT_THAT(metrics::hits(logits, {1, 1}), ElementsAre(0.0, 1.0));
  EXPECT_DOUBLE_EQ(classification_metrics(logits, {0, 2}).accuracy, 0.5);
}

TEST(ClassificationMetrics, LeaveAnAbsentClassOutOfTheMeans) {
  // Class 2 is neither a label nor an answer; class 1 is an answer only.
  const metrics::ClassificationMetrics m = classification_metrics(Tensor::from({2, 3}, {5, 0, 0, 0, 5, 0}), {0, 0});
  EXPECT_THAT(m.recall, ElementsAre(0.5, 0.0, 0.0));
  EXPECT_THAT(m.precision, ElementsAre(1.0, 0.0, 0.0));
  EXPECT_DOUBLE_EQ(m.macro_f1, (2.0 / 3) / 2);
  EXPECT_DOUBLE_EQ(m.balanced_accuracy, 0.5);
}

TEST(ClassificationMetrics, OneSampleIsEnough) {
  const metrics::ClassificationMetrics m = classification_metrics(Tensor::from({1, 2}, {0, 1}), {1});
  EXPECT_DOUBLE_EQ(m.accuracy, 1.0);
  EXPECT_NEAR(m.cross_entropy, std::log1p(std::exp(-1.0)), 1e-15);
  EXPECT_NEAR(m.ece, 1.0 - 1.0 / (1.0 + std::exp(-1.0)), 1e-15);
}

TEST(ClassificationMetrics, PutAConfidenceOnABorderIntoTheLowerBin) {
  // Three equal logits: confidence 1/3 = 5/15 belongs to (4/15, 5/15], up to the last bit of the softmax.
  const metrics::ClassificationMetrics m = classification_metrics(Tensor::from({1, 3}, {0, 0, 0}), {0});
  EXPECT_EQ(m.reliability[4].count + m.reliability[5].count, 1);
  const metrics::ClassificationMetrics sure = classification_metrics(Tensor::from({1, 2}, {80, -80}), {0});
  EXPECT_EQ(sure.reliability[14].count, 1);
}

TEST(ClassificationMetrics, StayExactForLogitsOfEighty) {
  const metrics::ClassificationMetrics m = classification_metrics(Tensor::from({2, 2}, {80, -80, 80, -80}), {0, 1});
  EXPECT_NEAR(m.cross_entropy, 80.0, 1e-12);  // (0 + 160) / 2
}

TEST(ClassificationMetrics, SurviveLogitsThatAreNotNumbers) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const metrics::ClassificationMetrics m = classification_metrics(Tensor::from({2, 2}, {nan, 1, nan, nan}), {1, 0});
  EXPECT_DOUBLE_EQ(m.accuracy, 1.0);
  EXPECT_TRUE(std::isnan(m.cross_entropy));
}

TEST(ClassificationMetrics, RefuseLabelsThatDoNotFit) {
  const Tensor logits = Tensor::from({1, 2}, {0, 1});
  EXPECT_THROW(classification_metrics(logits, {2}), BrokenPromise);
  EXPECT_THROW(classification_metrics(logits, {-1}), BrokenPromise);
  EXPECT_THROW(classification_metrics(logits, {0, 1}), BrokenPromise);
  EXPECT_THROW(classification_metrics(Tensor::from({0, 2}, {}), {}), BrokenPromise);
}

TEST(Agreement, IsTheKullbackLeiblerSumOfPlainProbabilities) {
  const Tensor p = random_logits(200, 5, 1.5, "p"), q = random_logits(200, 5, 1.5, "q");
  long double kl = 0.0L;
  for (int64_t i = 0; i < 200; ++i) {
    for (int64_t k = 0; k < 5; ++k) {
      const long double a = plain_probability(p, i, k);
      kl += a * std::log(a / plain_probability(q, i, k));
    }
  }
  EXPECT_NEAR(metrics::agreement(p, q).kl, static_cast<double>(kl / 200.0L), 1e-11);
  EXPECT_NEAR(metrics::agreement(p, p).kl, 0.0, 1e-15);
  EXPECT_DOUBLE_EQ(metrics::agreement(p, p).agreement, 1.0);
}

TEST(Agreement, StaysFiniteAndRightForLogitsOfEighty) {
  const Tensor p = Tensor::from({1, 2}, {80, -80}), q = Tensor::from({1, 2}, {-80, 80});
  EXPECT_NEAR(metrics::agreement(p, q).kl, 160.0, 1e-12);
  EXPECT_DOUBLE_EQ(metrics::agreement(p, q).agreement, 0.0);
}

TEST(Agreement, CountsEqualAnswersNotEqualLogits) {
  const Tensor p = Tensor::from({4, 2}, {1, 0, 1, 0, 0, 1, 0, 1}), q = Tensor::from({4, 2}, {9, 8, 0, 1, 0, 7, 3, 3});
  EXPECT_DOUBLE_EQ(metrics::agreement(p, q).agreement, 0.5);
}

TEST(ClassificationMetricsJson, HoldsEveryFigure) {
  const nlohmann::ordered_json json = metrics::to_json(by_hand());
  EXPECT_EQ(json["samples"], 6);
  EXPECT_EQ(json["accuracy"], 0.5);
  EXPECT_EQ(json["confusion"][0][1], 1);
  EXPECT_EQ(json["reliability"].size(), 15U);
  EXPECT_EQ(json["f1"].size(), 3U);
}

}  // namespace
}  // namespace apprentice
