// SPDX-License-Identifier: Apache-2.0
// Which arm ships, from what both answered on the validation split.
#include "apprentice/pipeline/choice.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace apprentice {
namespace {

// Samples in 20 groups; the first `right` of them are hits.
std::vector<double> hits_of(int right, size_t samples = 40) {
  std::vector<double> values(samples, 0.0);
  std::fill(values.begin(), values.begin() + right, 1.0);
  return values;
}

Truth truth_of_20_groups(int samples = 40) {
  Truth truth;
  truth.labels.assign(static_cast<size_t>(samples), 0);
  for (int i = 0; i < samples; ++i) truth.groups.push_back(i % 20);
  truth.distinct_groups = 20;
  return truth;
}

TEST(Choice, ShipsTheStudentThatIsBetter) {
  const ReportChoice choice = choose({hits_of(36)}, {hits_of(30)}, truth_of_20_groups(), Job{});
  EXPECT_EQ(choice.ships, ModelRole::kStudentInt8);
  EXPECT_FALSE(choice.student_is_worse);
  EXPECT_DOUBLE_EQ(choice.validation.interval.mean, 0.15);
  EXPECT_EQ(choice.validation.units, 20);
}

TEST(Choice, ShipsTheStudentThatLosesNoMoreThanHalfAPoint) {
  const ReportChoice choice = choose({hits_of(379, 400)}, {hits_of(380, 400)}, truth_of_20_groups(400), Job{});
  EXPECT_LT(choice.validation.interval.mean, 0.0);
  EXPECT_EQ(choice.ships, ModelRole::kStudentInt8);
  EXPECT_FALSE(choice.student_is_worse);
}

TEST(Choice, ShipsTheControlArmWhereTheStudentLosesMore) {
  const ReportChoice choice = choose({hits_of(377, 400)}, {hits_of(380, 400)}, truth_of_20_groups(400), Job{});
  EXPECT_EQ(choice.validation.interval.high, 0.0);
  EXPECT_EQ(choice.ships, ModelRole::kControlInt8);
  EXPECT_TRUE(choice.student_is_worse);
}

TEST(Choice, ToleratesHalfAPercentOfTheErrorInRegression) {
  Truth truth;
  truth.targets.assign(40, 0.0F);
  const auto errors = [](double large, double small) {  // large ones first: no interval of their difference is clear
    std::vector<double> values(40, -small);
    std::fill(values.begin(), values.begin() + 20, -large);
    return values;
  };
  const Merits control = {errors(10.0, 10.0)};
  EXPECT_FALSE(choose({errors(12.08, 8.0)}, control, truth, Job{}).student_is_worse);
  EXPECT_TRUE(choose({errors(12.12, 8.0)}, control, truth, Job{}).student_is_worse);
}

TEST(Choice, ShipsTheControlArmWhereTheStudentIsClearlyWorse) {
  const ReportChoice choice = choose({hits_of(20)}, {hits_of(36)}, truth_of_20_groups(), Job{});
  EXPECT_EQ(choice.ships, ModelRole::kControlInt8);
  EXPECT_TRUE(choice.student_is_worse);
  EXPECT_LT(choice.validation.interval.high, 0.0);
}

TEST(Choice, ShipsTheStudentAllTheSameWhereTheJobAsksForIt) {
  Job job;
  job.fallback = false;
  const ReportChoice choice = choose({hits_of(20)}, {hits_of(36)}, truth_of_20_groups(), job);
  EXPECT_EQ(choice.ships, ModelRole::kStudentInt8);
  EXPECT_TRUE(choice.student_is_worse);
}

TEST(Choice, TakesOneSampleForNoProof) {
  Truth alone;
  alone.labels = {0};
  alone.groups = {0};
  EXPECT_FALSE(choose({{0.0}}, {{1.0}}, alone, Job{}).student_is_worse);
}

TEST(Choice, CountsTheLuckOfTraining) {
  // One bad seed of three is no clear loss, though two would be even without it; but it is one on average.
  const Merits student = {hits_of(36), hits_of(36), hits_of(10)}, control = {hits_of(34), hits_of(35), hits_of(35)};
  const ReportChoice choice = choose(student, control, truth_of_20_groups(), Job{});
  EXPECT_LT(choice.validation.interval.mean, 0.0);
  EXPECT_GT(choice.validation.interval.high, 0.0);
  EXPECT_EQ(choice.validation.seeds, 3);
  EXPECT_TRUE(choice.student_is_worse);
}

}  // namespace
}  // namespace apprentice
