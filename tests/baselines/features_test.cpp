// SPDX-License-Identifier: Apache-2.0
#include "apprentice/baselines/features.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <complex>

#include "apprentice/base/random.h"
#include "apprentice/baselines/spectrum.h"
#include "tests/baselines/array_dataset.h"

namespace apprentice {
namespace {

std::vector<float> noise(size_t count) {
  Rng rng(9, "noise");
  std::vector<float> values(count);
  for (float& value : values) value = static_cast<float>(rng.normal());
  return values;
}

std::vector<float> fill(const baselines::Features& features, const std::vector<float>& sample) {
  std::vector<float> out(static_cast<size_t>(features.columns));
  features.fill(sample.data(), out.data());
  return out;
}

TEST(Spectrum, IsTheSumOfItsDefinitionAtEveryLength) {
  for (const int64_t length : {2, 3, 8, 60, 64, 101}) {
    const std::vector<float> signal = noise(static_cast<size_t>(length));
    const baselines::Spectrum spectrum(length);
    int64_t padded = 1;
    while (padded < length) padded *= 2;
    ASSERT_EQ(spectrum.bins(), padded / 2 + 1);
    std::vector<float> magnitudes(static_cast<size_t>(spectrum.bins()));
    spectrum.magnitudes(signal.data(), magnitudes.data());
    for (int64_t k = 0; k < spectrum.bins(); ++k) {
      std::complex<double> sum = 0.0;
      for (int64_t i = 0; i < length; ++i) {
        const double at = static_cast<double>(i);
        const double window = 0.5 - 0.5 * std::cos(2.0 * M_PI * at / static_cast<double>(length - 1));
        sum += double{signal[static_cast<size_t>(i)]} * window *
               std::polar(1.0, -2.0 * M_PI * at * static_cast<double>(k) / static_cast<double>(padded));
      }
      EXPECT_NEAR(double{magnitudes[static_cast<size_t>(k)]}, std::abs(sum), 1e-4) << length << " " << k;
    }
  }
}

TEST(Features, WindowsGiveStatisticsThatBeginWithTheMeanOfEachChannel) {
  const baselines::Features features = baselines::statistics({2, 4});
  const std::vector<float> out = fill(features, {1, 3, 5, 7, 2, 2, 0, 0});
  ASSERT_EQ(out.size() % 2, 0U);
  EXPECT_NEAR(out[0], 4.0F, 1e-6F);
  EXPECT_NEAR(out[1], std::sqrt(5.0F), 1e-6F);
  EXPECT_NEAR(out[out.size() / 2], 1.0F, 1e-6F);
}

TEST(Features, RowsOfATableAreTheirColumns) {
  EXPECT_EQ(fill(baselines::statistics({3}), {4, 5, 6}), (std::vector<float>{4, 5, 6}));
  EXPECT_EQ(baselines::statistics({3}).words, "the columns");
}

TEST(Features, PicturesGiveMeansOfBlocks) {
  const baselines::Features small = baselines::statistics({1, 2, 3});
  EXPECT_EQ(fill(small, {1, 2, 3, 4, 5, 6}), (std::vector<float>{1, 2, 3, 4, 5, 6}));
  const baselines::Features large = baselines::statistics({1, 25, 13});  // blocks of 3 x 2, smaller at the edges
  EXPECT_EQ(large.columns, 9 * 7);
  const std::vector<float> out = fill(large, std::vector<float>(25 * 13, 2.0F));
  for (const float mean : out) EXPECT_NEAR(mean, 2.0F, 1e-5F);
}

TEST(Features, LongSamplesAreMadeCoarserAndSayIt) {
  const baselines::Features features = baselines::raw_values({2, 5000});
  EXPECT_LE(features.columns, baselines::kMostColumns);
  EXPECT_EQ(features.note, "means of 5 neighbouring values");
  std::vector<float> ramp(10000);
  for (size_t i = 0; i < ramp.size(); ++i) ramp[i] = static_cast<float>(i);
  const std::vector<float> out = fill(features, ramp);
  EXPECT_EQ(out[0], 2.0F);
  EXPECT_EQ(out[1000], 5002.0F);
}

TEST(Features, TheLogSpectrumDoesNotDependOnTheUnit) {
  data::DatasetInfo info;
  info.sample_shape = {1, 64};
  const std::vector<float> volts = noise(640);
  std::vector<float> millivolts = volts;
  for (float& value : millivolts) value *= 1000.0F;
  const std::vector<data::SampleInfo> samples(10);
  const test::ArrayDataset a(info, volts, samples), b(info, millivolts, samples);
  const Tensor first = baselines::feature_rows(a, {0, 9}, baselines::log_spectrum(a)),
               second = baselines::feature_rows(b, {0, 9}, baselines::log_spectrum(b));
  ASSERT_EQ(first.shape(), (Shape{2, 33}));
  for (int64_t i = 0; i < first.size(); ++i) EXPECT_NEAR(first.data<float>()[i], second.data<float>()[i], 1e-3);
}

TEST(Features, IndicesAreSpreadOverAllSamples) {
  EXPECT_EQ(baselines::spread_over(10, 4), (std::vector<int64_t>{0, 2, 5, 7}));
  EXPECT_EQ(baselines::spread_over(3, 4), (std::vector<int64_t>{0, 1, 2}));
}

}  // namespace
}  // namespace apprentice
