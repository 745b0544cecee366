// SPDX-License-Identifier: Apache-2.0
#include "apprentice/quant/histogram.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "apprentice/base/random.h"

namespace apprentice {

using quant::Histogram;

namespace {

std::vector<double> heavy_tailed(uint64_t seed, bool rectified) {
  Rng rng(seed, "values");
  std::vector<double> values;
  for (int i = 0; i < 20000; ++i) {
    const double x = rng.normal() * std::exp(1.2 * rng.normal());
    values.push_back(rectified ? std::max(x, 0.0) : x + 0.5);
  }
  return values;
}

Histogram histogram_of(const std::vector<double>& values, size_t chunk) {
  Histogram histogram;
  for (size_t i = 0; i < values.size(); i += chunk) {
    EXPECT_TRUE(histogram.add(values.data() + i, static_cast<int64_t>(std::min(chunk, values.size() - i))));
  }
  return histogram;
}

double error_of(const std::vector<double>& values, const layers::QuantRange& range) {
  const layers::QuantParams p = quant::params_of(range);
  double error = 0.0;
  for (double x : values) {
    const double q = std::clamp(std::nearbyint(x / p.scale) + p.zero_point, -128.0, 127.0);
    error += std::pow(x - p.scale * (q - p.zero_point), 2);
  }
  return error;
}

TEST(Histogram, MinMaxIsExactAndHoldsZero) {
  const Histogram histogram = histogram_of({3.0, 2.5, 4.75}, 1);
  EXPECT_EQ(histogram.min_max().low, 0.0);
  EXPECT_EQ(histogram.min_max().high, 4.75);
  const layers::QuantParams params = quant::params_of(histogram.min_max());
  EXPECT_EQ(params.zero_point, -128);
  EXPECT_EQ(params.scale, double{static_cast<float>(4.75 / 255.0)});
}

TEST(Histogram, PercentileEqualsSortingUpToOneBin) {
  for (const bool rectified : {false, true}) {
    const std::vector<double> values = heavy_tailed(3, rectified);
    const Histogram histogram = histogram_of(values, 1000);
    std::vector<double> sizes;
    for (double x : values) sizes.push_back(std::abs(x));
    std::sort(sizes.begin(), sizes.end());
    const double bin = 2.0 * sizes.back() / (Histogram::kBins / 2);
    for (const double percent : {50.0, 90.0, 99.0, 99.9}) {
      const double exact = sizes[static_cast<size_t>(percent / 100.0 * static_cast<double>(sizes.size())) - 1];
      EXPECT_NEAR(histogram.percentile(percent).high, exact, bin) << percent;
    }
    EXPECT_NEAR(histogram.percentile(100.0).high, histogram.min_max().high, bin);
  }
}

TEST(Histogram, LeastErrorIsAsGoodAsTryingEveryRangeOnTheValuesThemselves) {
  for (const bool rectified : {false, true}) {
    const std::vector<double> values = heavy_tailed(4, rectified);
    const Histogram histogram = histogram_of(values, 20000);
    const layers::QuantRange full = histogram.min_max();
    double least = error_of(values, full);
    const double unclipped = least;
    for (int low = rectified ? 40 : 1; low <= 40; ++low) {
      for (int high = 1; high <= 40; ++high) {
        least = std::min(least, error_of(values, {full.low * low / 40.0, full.high * high / 40.0}));
      }
    }
    const double found = error_of(values, histogram.least_error());
    EXPECT_LT(found, 1.02 * least);
    EXPECT_LT(found, unclipped);  // clipping the tail pays off here
  }
}

TEST(Histogram, OrderAndChunksOfTheValuesDoNotMatter) {
  std::vector<double> values = heavy_tailed(5, false);
  const Histogram together = histogram_of(values, values.size());
  std::sort(values.begin(), values.end(), [](double a, double b) { return std::abs(a) < std::abs(b); });
  const Histogram slowly = histogram_of(values, 1);
  Histogram merged = histogram_of({values.begin(), values.begin() + 7000}, 10);
  merged.merge(histogram_of({values.begin() + 7000, values.end()}, 10));
  for (const Histogram* other : {&slowly, static_cast<const Histogram*>(&merged)}) {
    EXPECT_EQ(other->min_max().low, together.min_max().low);
    EXPECT_EQ(other->percentile(99.0).high, together.percentile(99.0).high);
    EXPECT_EQ(other->least_error().high, together.least_error().high);
  }
}

TEST(Histogram, RefusesValuesThatAreNotFiniteAndSurvivesNothingButZeros) {
  Histogram histogram;
  for (const double bad : {std::nan(""), HUGE_VAL, -HUGE_VAL, 1e31}) {
    const double values[] = {1.0, bad};
    EXPECT_FALSE(histogram.add(values, 2));
  }
  const double zeros[] = {0.0, 0.0};
  EXPECT_TRUE(histogram.add(zeros, 2));
  for (const layers::QuantRange& range : {histogram.min_max(), histogram.percentile(99.0), histogram.least_error()}) {
    EXPECT_EQ(quant::params_of(range).scale, 1.0 / 128.0);
    EXPECT_EQ(quant::params_of(range).zero_point, 0);
  }
  const double tiny[] = {1e-40};
  EXPECT_TRUE(histogram.add(tiny, 1));
  EXPECT_GT(quant::params_of(histogram.least_error()).scale, 0.0);
}

}  // namespace
}  // namespace apprentice
