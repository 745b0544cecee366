// SPDX-License-Identifier: Apache-2.0
// Every metric against a slow reference in float64 that repeats a sample as often as it counts.
#include "apprentice/metrics/metric.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "apprentice/base/error.h"
#include "apprentice/base/random.h"

namespace apprentice {

using metrics::Metric;

namespace {

constexpr Metric kShares[] = {Metric::kAccuracy, Metric::kBalancedAccuracy, Metric::kMacroF1, Metric::kPrAuc};

struct Answers {
  Tensor logits;
  std::vector<int32_t> labels;
};

// Logits in steps of a half, as of an int8 network, so that probabilities are often equal.
Answers answers_of(int64_t samples, int64_t classes, uint64_t seed) {
  Rng rng(seed, "answers");
  Answers made{Tensor(DType::kF32, {samples, classes}), {}};
  for (int64_t i = 0; i < samples; ++i) {
    const auto label = static_cast<int32_t>(std::min(rng.below(9), rng.below(static_cast<uint64_t>(classes))));
    made.labels.push_back(label);
    for (int64_t k = 0; k < classes; ++k) {
      made.logits.data<float>()[i * classes + k] =
          static_cast<float>(std::round(2.0 * rng.normal()) / 2.0 + (k == label ? 1.0 : 0.0));
    }
  }
  return made;
}

// What the samples say, each as often as it counts.
struct Expanded {
  std::vector<std::vector<double>> probabilities;
  std::vector<size_t> labels, answers;
};

Expanded expand(const Answers& answers, const std::vector<double>& times) {
  Expanded out;
  const auto classes = static_cast<size_t>(answers.logits.shape()[1]);
  for (size_t i = 0; i < answers.labels.size(); ++i) {
    const float* row = answers.logits.data<float>() + i * classes;
    std::vector<double> p;
    double sum = 0.0;
    for (size_t k = 0; k < classes; ++k) sum += std::exp(double{row[k]});
    for (size_t k = 0; k < classes; ++k) p.push_back(std::exp(double{row[k]}) / sum);
    for (double copy = 0.0; copy < times[i]; copy += 1.0) {
      out.probabilities.push_back(p);
      out.labels.push_back(static_cast<size_t>(answers.labels[i]));
      out.answers.push_back(static_cast<size_t>(std::max_element(row, row + classes) - row));
    }
  }
  return out;
}

// Mean over the true samples of a class of the precision among all that are at least as probable.
double average_precision(const Expanded& all, size_t label) {
  double sum = 0.0, positives = 0.0;
  for (size_t i = 0; i < all.labels.size(); ++i) {
    if (all.labels[i] != label) continue;
    double shown = 0.0, right = 0.0;
    for (size_t j = 0; j < all.labels.size(); ++j) {
      if (all.probabilities[j][label] < all.probabilities[i][label] - 1e-12) continue;
      shown += 1.0;
      right += all.labels[j] == label ? 1.0 : 0.0;
    }
    sum += right / shown;
    positives += 1.0;
  }
  return sum / positives;
}

double of_class(Metric metric, const Expanded& all, size_t label) {
  double truths = 0.0, given = 0.0, right = 0.0;
  for (size_t i = 0; i < all.labels.size(); ++i) {
    truths += all.labels[i] == label ? 1.0 : 0.0;
    given += all.answers[i] == label ? 1.0 : 0.0;
    right += all.labels[i] == label && all.answers[i] == label ? 1.0 : 0.0;
  }
  if (truths == 0.0 && (metric != Metric::kMacroF1 || given == 0.0)) return std::nan("");
  if (metric == Metric::kMacroF1) return 2.0 * right / (truths + given);
  return metric == Metric::kPrAuc ? average_precision(all, label) : right / truths;
}

double reference(Metric metric, const Expanded& all, size_t classes) {
  double sum = 0.0, counted = 0.0;
  if (metric == Metric::kAccuracy) {
    for (size_t i = 0; i < all.labels.size(); ++i) sum += all.labels[i] == all.answers[i] ? 1.0 : 0.0;
    return sum / static_cast<double>(all.labels.size());
  }
  for (size_t k = 0; k < classes; ++k) {
    const double score = of_class(metric, all, k);
    if (std::isnan(score)) continue;
    sum += score;
    counted += 1.0;
  }
  return sum / counted;
}

TEST(Scorecard, EqualsTheReferenceForEveryShareAndWeight) {
  for (const int64_t classes : {2, 3, 7}) {
    for (uint64_t seed = 1; seed <= 6; ++seed) {
      const Answers answers = answers_of(40, classes, seed);
      Rng rng(seed, "times");
      std::vector<double> times(40, 1.0);
      for (double& count : times) count = seed == 1 ? 1.0 : static_cast<double>(rng.below(4));
      for (const Metric metric : kShares) {
        const metrics::Scorecard card(metric, answers.logits, answers.labels);
        EXPECT_NEAR(card.value(times), reference(metric, expand(answers, times), static_cast<size_t>(classes)), 1e-12)
            << metrics::to_string(metric) << " " << classes << " " << seed;
      }
    }
  }
}

TEST(Scorecard, GivesWhatTheReportGives) {
  const Answers answers = answers_of(300, 5, 4);
  const metrics::ClassificationMetrics scores = metrics::classification_metrics(answers.logits, answers.labels);
  for (const Metric metric : kShares) {
    EXPECT_NEAR(metrics::Scorecard(metric, answers.logits, answers.labels).value(), metrics::value_of(metric, scores),
                1e-12)
        << metrics::to_string(metric);
  }
}

// Computed by hand: falling probability of class 1 with truths 1 0 1 0; of class 0 the other way round.
TEST(Scorecard, KnowsAnAveragePrecisionByHeart) {
  const Tensor logits = Tensor::from({4, 2}, {0, 4, 0, 3, 0, 2, 0, 1});
  const double of_one = (1.0 + 2.0 / 3.0) / 2.0, of_zero = (1.0 + 2.0 / 3.0) / 2.0;
  EXPECT_NEAR(metrics::Scorecard(Metric::kPrAuc, logits, std::vector<int32_t>{1, 0, 1, 0}).value(),
              (of_one + of_zero) / 2.0, 1e-15);
}

TEST(Scorecard, EqualsTheReferenceForErrors) {
  const Tensor values = Tensor::from({3, 1}, {1, 5, 2});
  const std::vector<float> targets{2, 2, 2};
  EXPECT_DOUBLE_EQ(metrics::Scorecard(Metric::kMae, values, targets).value({2, 1, 0}), 5.0 / 3.0);
  EXPECT_DOUBLE_EQ(metrics::Scorecard(Metric::kRmse, values, targets).value({2, 1, 0}), std::sqrt(11.0 / 3.0));
  EXPECT_DOUBLE_EQ(metrics::Scorecard(Metric::kRmse, values, targets).merit({1, 1, 1}), -std::sqrt(10.0 / 3.0));
}

TEST(Scorecard, TakesNumbersThatAreNone) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const Tensor logits = Tensor::from({3, 2}, {nan, nan, 1, nan, 0, 1});
  for (const Metric metric : kShares)
    EXPECT_TRUE(std::isfinite(metrics::Scorecard(metric, logits, std::vector<int32_t>{0, 0, 1}).value()));
}

TEST(MetricBootstrap, OfAccuracyDrawsAsTheBootstrapOfHits) {
  std::vector<metrics::Scorecard> a, b;
  std::vector<std::vector<double>> hits_a, hits_b;
  const Answers truth = answers_of(60, 3, 1);
  for (uint64_t seed = 1; seed <= 3; ++seed) {
    const Answers ours = answers_of(60, 3, seed), theirs = answers_of(60, 3, seed + 10);
    a.emplace_back(Metric::kAccuracy, ours.logits, truth.labels);
    b.emplace_back(Metric::kAccuracy, theirs.logits, truth.labels);
    hits_a.push_back(metrics::hits(ours.logits, truth.labels));
    hits_b.push_back(metrics::hits(theirs.logits, truth.labels));
  }
  std::vector<int32_t> groups;
  for (int i = 0; i < 60; ++i) groups.push_back(i % 11);
  for (const auto& drawn : {std::vector<int32_t>{}, groups}) {
    const metrics::Interval scored = metrics::metric_bootstrap(a, b, drawn, 400, 5),
                            summed = metrics::seeded_bootstrap(hits_a, hits_b, drawn, 400, 5);
    EXPECT_NEAR(scored.mean, summed.mean, 1e-12);
    EXPECT_NEAR(scored.low, summed.low, 1e-12);
    EXPECT_NEAR(scored.high, summed.high, 1e-12);
  }
}

TEST(MetricBootstrap, CountsALowerErrorAsAGain) {
  const std::vector<float> targets(20, 0.0F);
  const std::vector<metrics::Scorecard> better{
      {Metric::kRmse, Tensor::from({20}, std::vector<float>(20, 1.0F)), targets}};
  const std::vector<metrics::Scorecard> worse{
      {Metric::kRmse, Tensor::from({20}, std::vector<float>(20, 3.0F)), targets}};
  const metrics::Interval gain = metrics::metric_bootstrap(better, worse, {}, 100, 1);
  EXPECT_DOUBLE_EQ(gain.mean, 2.0);
  EXPECT_DOUBLE_EQ(gain.low, 2.0);
  EXPECT_DOUBLE_EQ(metrics::metric_bootstrap(worse, {}, {}, 100, 1).mean, -3.0);
}

TEST(Metric, IsBalancedWhereClassesAreUnequal) {
  EXPECT_EQ(metrics::default_metric(TaskKind::kClassification, {100, 100}), Metric::kAccuracy);
  EXPECT_EQ(metrics::default_metric(TaskKind::kClassification, {149, 100, 0}), Metric::kAccuracy);
  EXPECT_EQ(metrics::default_metric(TaskKind::kClassification, {150, 100, 0}), Metric::kBalancedAccuracy);
  EXPECT_EQ(metrics::default_metric(TaskKind::kRegression, {}), Metric::kRmse);
}

TEST(Metric, HasANameForEveryTask) {
  for (const TaskKind task : {TaskKind::kClassification, TaskKind::kRegression}) {
    for (const std::string& name : metrics::metric_names(task))
      EXPECT_EQ(metrics::to_string(*metrics::find_metric(name)), name);
  }
  EXPECT_EQ(metrics::metric_names(TaskKind::kRegression), (std::vector<std::string>{"rmse", "mae"}));
  EXPECT_FALSE(metrics::find_metric("f1"));
}

}  // namespace
}  // namespace apprentice
