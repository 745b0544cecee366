// SPDX-License-Identifier: Apache-2.0
#include "apprentice/report/folds.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/report/comparison_sample.h"

namespace apprentice {
namespace {

using ::testing::HasSubstr;

report::ComparisonData fold(int number, double gain) {
  report::ComparisonData data = test::comparison_sample(1);
  data.split = "fold " + std::to_string(number);
  data.methods[1].score.test.mean = data.methods[0].score.test.mean + gain;
  data.methods[1].score.gain = metrics::Interval{gain, gain - 1.0, gain + 1.0};
  return data;
}

TEST(Folds, GivesMeansAndStudentsIntervalOverFolds) {
  const auto jobs = report::pool_folds({fold(1, 0.02), fold(2, 0.04), fold(3, 0.09)});
  ASSERT_TRUE(jobs) << jobs.error().text();
  ASSERT_EQ(jobs->size(), 1U);
  const report::PooledFolds& job = jobs->front();
  EXPECT_EQ(job.folds, 3);
  EXPECT_EQ(job.test_samples, 3600);
  EXPECT_NEAR(*job.teacher, 0.92, 1e-12);
  EXPECT_EQ(job.methods[0].name, report::kControlName);
  EXPECT_NEAR(job.methods[1].gain.mean, 0.05, 1e-12);
  // s = 0.0360555, 4.303 s / sqrt(3)
  EXPECT_NEAR(job.methods[1].gain.high - 0.05, 0.0895742, 1e-6);
  EXPECT_NEAR(*job.methods[1].to_teacher, 0.05 / 0.12, 1e-12);
  EXPECT_THAT(report::render_folds(*jobs), HasSubstr("| +5.0 (−4.0 to +14.0) | 41.7\u00a0% |"));
}

TEST(Folds, TellsTheLossOfTheJob) {
  report::ComparisonData one = test::comparison_sample(1), two = one;
  two.split = "another";
  for (report::ComparisonData* data : {&one, &two}) {
    data->methods[1].name = data->winner = "job";
    data->methods[1].loss = {{"name", "kd"}, {"T", 1.0}, {"hard_weight", 0.5}};
  }
  EXPECT_THAT(report::render_folds(*report::pool_folds({one, two})), HasSubstr("| job (kd:T=1.0,hard_weight=0.5) |"));
}

TEST(Folds, PoolsJobsOfOtherNamesApart) {
  report::ComparisonData other[] = {fold(1, 0.0), fold(2, 0.0)};
  for (report::ComparisonData& data : other) data.job = "other";
  const auto jobs = report::pool_folds({fold(1, 0.02), other[0], fold(2, 0.04), other[1]});
  ASSERT_TRUE(jobs) << jobs.error().text();
  ASSERT_EQ(jobs->size(), 2U);
  EXPECT_EQ(jobs->at(1).job, "other");
  EXPECT_NEAR(jobs->at(1).methods[1].gain.high, 0.0, 1e-12);
}

TEST(Folds, RefusesWhatAreNoFoldsOfOneJob) {
  const auto refusal = [](const std::vector<report::ComparisonData>& data) {
    return report::pool_folds(data).error().text();
  };
  EXPECT_EQ(refusal({fold(1, 0.02)}), "waves: 1 comparisons of this job are given; 2 to 20 folds are expected");
  EXPECT_EQ(refusal({fold(1, 0.02), fold(1, 0.02)}), "waves: two of its comparisons have the same split: fold 1");
  report::ComparisonData more = test::comparison_sample(2);
  EXPECT_EQ(refusal({fold(1, 0.02), more}),
            "waves: its folds compared different methods; compare the same ones on each");
}

TEST(Folds, TakesErrorsThatShallBeSmall) {
  report::ComparisonData one = test::regression_comparison(), two = one;
  two.split = "another";
  const auto jobs = report::pool_folds({one, two});
  ASSERT_TRUE(jobs) << jobs.error().text();
  const auto way = report::way_to_teacher(one, one.methods[1]);
  ASSERT_TRUE(way && jobs->front().methods[1].to_teacher);
  EXPECT_NEAR(*jobs->front().methods[1].to_teacher, *way, 1e-9);
}

}  // namespace
}  // namespace apprentice
