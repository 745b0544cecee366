// SPDX-License-Identifier: Apache-2.0
// Bootstrap intervals against the normal theory where it holds, and against cases with one possible answer.
#include <gtest/gtest.h>

#include <cmath>
#include <ctime>

#include "apprentice/base/error.h"
#include "apprentice/base/random.h"
#include "apprentice/metrics/metrics.h"

namespace apprentice {

using metrics::paired_bootstrap;

namespace {

std::vector<double> normals(size_t count, double mean, const char* stream) {
  Rng rng(3, stream);
  std::vector<double> values(count);
  for (double& value : values) value = mean + rng.normal();
  return values;
}

double standard_error(const std::vector<double>& values) {
  double mean = 0.0, squares = 0.0;
  for (const double value : values) mean += value / static_cast<double>(values.size());
  for (const double value : values) squares += (value - mean) * (value - mean);
  return std::sqrt(squares) / static_cast<double>(values.size());
}

TEST(PairedBootstrap, AgreesWithTheNormalIntervalOfManySamples) {
  const std::vector<double> a = normals(2000, 0.3, "a"), b(2000, 0.0);
  const metrics::Interval interval = paired_bootstrap(a, b, 4000, 1);
  double mean = 0.0;
  for (const double value : a) mean += value / 2000.0;
  EXPECT_NEAR(interval.mean, mean, 1e-12);
  EXPECT_NEAR(interval.low, mean - 1.96 * standard_error(a), 0.05 * standard_error(a) * 1.96);
  EXPECT_NEAR(interval.high, mean + 1.96 * standard_error(a), 0.05 * standard_error(a) * 1.96);
}

TEST(PairedBootstrap, UsesThePairing) {
  // b is a shifted by one: unpaired, the interval would be wide; paired, it has no width.
  std::vector<double> a = normals(100, 0.0, "a"), b = a;
  for (double& value : b) value -= 1.0;
  const metrics::Interval interval = paired_bootstrap(a, b, 500, 1);
  EXPECT_NEAR(interval.low, 1.0, 1e-12);
  EXPECT_NEAR(interval.high, 1.0, 1e-12);
}

TEST(PairedBootstrap, RepeatsToTheBitBySeedAndOnlyBySeed) {
  const std::vector<double> a = normals(50, 0.1, "a"), b = normals(50, 0.0, "b");
  const metrics::Interval first = paired_bootstrap(a, b, 500, 1), again = paired_bootstrap(a, b, 500, 1);
  EXPECT_EQ(first.low, again.low);
  EXPECT_EQ(first.high, again.high);
  EXPECT_NE(first.low, paired_bootstrap(a, b, 500, 2).low);
}

TEST(PairedBootstrap, OfOneSampleHasNoWidth) {
  const metrics::Interval interval = paired_bootstrap({1.0}, {0.25}, 100, 1);
  EXPECT_DOUBLE_EQ(interval.mean, 0.75);
  EXPECT_DOUBLE_EQ(interval.low, 0.75);
  EXPECT_DOUBLE_EQ(interval.high, 0.75);
}

TEST(PairedBootstrap, CoversTheTruthAboutNinetyFiveTimesInAHundred) {
  int covered = 0;
  for (uint64_t trial = 0; trial < 300; ++trial) {
    Rng rng(trial, "coverage");
    std::vector<double> a(80), b(80);
    for (size_t i = 0; i < a.size(); ++i) a[i] = rng.uniform() < 0.7 ? 1.0 : 0.0;
    for (size_t i = 0; i < b.size(); ++i) b[i] = rng.uniform() < 0.6 ? 1.0 : 0.0;
    const metrics::Interval interval = paired_bootstrap(a, b, 500, trial);
    covered += interval.low <= 0.1 && 0.1 <= interval.high ? 1 : 0;
  }
  EXPECT_GE(covered, 270);  // 90 %
  EXPECT_LE(covered, 297);  // 99 %
}

TEST(GroupedBootstrap, IsWiderWhereSamplesOfAGroupGoTogether) {
  // 20 groups of 50 equal samples: the effective number of samples is 20, not 1000.
  std::vector<double> a, b(1000, 0.0);
  std::vector<int32_t> groups;
  const std::vector<double> means = normals(20, 0.0, "groups");
  for (int32_t g = 0; g < 20; ++g) {
    a.insert(a.end(), 50, means[static_cast<size_t>(g)]);
    groups.insert(groups.end(), 50, 100 - g);  // numbers need neither start at 0 nor rise
  }
  const metrics::Interval paired = paired_bootstrap(a, b, 2000, 1),
                          grouped = metrics::grouped_bootstrap(a, b, groups, 2000, 1);
  EXPECT_DOUBLE_EQ(paired.mean, grouped.mean);
  const double widening = (grouped.high - grouped.low) / (paired.high - paired.low);
  EXPECT_NEAR(widening, std::sqrt(50.0), 0.8);
}

TEST(GroupedBootstrap, WithSingleSampleGroupsIsThePairedOne) {
  const std::vector<double> a = normals(40, 0.2, "a"), b = normals(40, 0.0, "b");
  std::vector<int32_t> groups(40);
  for (int32_t i = 0; i < 40; ++i) groups[static_cast<size_t>(i)] = i;
  const metrics::Interval paired = paired_bootstrap(a, b, 300, 5),
                          grouped = metrics::grouped_bootstrap(a, b, groups, 300, 5);
  EXPECT_EQ(paired.low, grouped.low);
  EXPECT_EQ(paired.high, grouped.high);
}

TEST(GroupedBootstrap, WeighsSamplesNotGroups) {
  const metrics::Interval interval = metrics::grouped_bootstrap({1, 1, 1, 0}, {0, 0, 0, 0}, {4, 4, 4, 9}, 200, 1);
  EXPECT_DOUBLE_EQ(interval.mean, 0.75);
  EXPECT_DOUBLE_EQ(interval.low, 0.0);
  EXPECT_DOUBLE_EQ(interval.high, 1.0);
}

TEST(SeededBootstrap, OfOneSeedIsThePairedOne) {
  const std::vector<double> a = normals(40, 0.2, "a"), b = normals(40, 0.0, "b");
  EXPECT_EQ(metrics::seeded_bootstrap({a}, {b}, {}, 300, 5).low, paired_bootstrap(a, b, 300, 5).low);
}

TEST(SeededBootstrap, CoversTheLuckOfTraining) {
  // No sample varies, the seeds do: only an interval that draws seeds has width.
  const std::vector<std::vector<double>> a = {std::vector<double>(100, 0.0), std::vector<double>(100, 1.0),
                                              std::vector<double>(100, 2.0)};
  const std::vector<std::vector<double>> b(3, std::vector<double>(100, 0.0));
  const metrics::Interval interval = metrics::seeded_bootstrap(a, b, {}, 2000, 1);
  EXPECT_DOUBLE_EQ(interval.mean, 1.0);
  EXPECT_DOUBLE_EQ(interval.low, 0.0);
  EXPECT_DOUBLE_EQ(interval.high, 2.0);
}

TEST(Bootstrap, RefusesSidesThatDoNotPair) {
  EXPECT_THROW(paired_bootstrap({1.0}, {1.0, 2.0}, 10, 1), BrokenPromise);
  EXPECT_THROW(paired_bootstrap({}, {}, 10, 1), BrokenPromise);
  EXPECT_THROW(paired_bootstrap({1.0}, {1.0}, 0, 1), BrokenPromise);
  EXPECT_THROW(metrics::grouped_bootstrap({1.0, 2.0}, {1.0, 2.0}, {1}, 10, 1), BrokenPromise);
  EXPECT_THROW(metrics::seeded_bootstrap({{1.0}}, {{1.0}, {2.0}}, {}, 10, 1), BrokenPromise);
}

TEST(Bootstrap, TakesUnderFiveSecondsOfProcessorForTwoThousandRoundsOfTwentyThousandSamples) {
  const std::vector<double> a(20000, 1.0), b(20000, 0.0);
  const std::clock_t start = std::clock();
  paired_bootstrap(a, b, 2000, 1);
  const double seconds = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
  EXPECT_LT(seconds, 5.0);
}

}  // namespace
}  // namespace apprentice
