// SPDX-License-Identifier: Apache-2.0
// What ships, from what all trainings answered on the validation split.
#include "apprentice/pipeline/choice.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace apprentice {

using pipeline::Truth;

namespace {

using Reason = report::ReportChoice::Reason;

// Two classes in turn, in 20 groups.
Truth truth_of(int samples) {
  Truth truth;
  for (int i = 0; i < samples; ++i) {
    truth.labels.push_back(i % 2);
    truth.groups.push_back(i % 20);
  }
  truth.distinct_groups = 20;
  return truth;
}

// The first `right` samples are answered as they should be.
metrics::Scorecard card_of(int right, const Truth& truth, metrics::Metric metric = metrics::Metric::kAccuracy) {
  Tensor logits(DType::kF32, {static_cast<int64_t>(truth.labels.size()), 2});
  for (size_t i = 0; i < truth.labels.size(); ++i) {
    const int answer = static_cast<int>(i) < right ? truth.labels[i] : 1 - truth.labels[i];
    logits.data<float>()[2 * i + static_cast<size_t>(answer)] = 1.0F;
    logits.data<float>()[2 * i + static_cast<size_t>(1 - answer)] = 0.0F;
  }
  return metrics::Scorecard(metric, logits, truth.labels);
}

pipeline::Scorecards cards_of(const std::vector<int>& right, const Truth& truth) {
  pipeline::Scorecards cards;
  for (const int count : right) cards.push_back(card_of(count, truth));
  return cards;
}

TEST(Choice, ShipsTheStudentThatIsAhead) {
  const Truth truth = truth_of(400);
  const report::ReportChoice choice =
      pipeline::choose(cards_of({310}, truth), cards_of({300}, truth), truth, pipeline::Job{});
  EXPECT_EQ(choice.ships, report::ModelRole::kStudentInt8);
  EXPECT_EQ(choice.reason, Reason::kBetter);
  EXPECT_NEAR(choice.validation->interval.mean, 0.025, 1e-12);
  EXPECT_EQ(choice.validation->units, 20);
}

TEST(Choice, ShipsTheControlArmInATie) {
  const Truth truth = truth_of(40);
  const report::ReportChoice choice =
      pipeline::choose(cards_of({30, 34}, truth), cards_of({33, 31}, truth), truth, pipeline::Job{});
  EXPECT_EQ(choice.ships, report::ModelRole::kControlInt8);
  EXPECT_EQ(choice.reason, Reason::kNoBetter);
}

// Groups of 20 samples, of which half are answered better and half worse, but for one group: a lead that the luck of
// the groups explains.
TEST(Choice, ShipsTheControlArmWhereTheLeadIsWithinOneStandardError) {
  const Truth truth = truth_of(40);
  const auto lead = [&](int groups_won, int groups_lost) {
    Tensor ours(DType::kF32, {40, 2}), theirs(DType::kF32, {40, 2});
    for (int64_t i = 0; i < 40; ++i) {
      const int32_t group = truth.groups[static_cast<size_t>(i)], label = truth.labels[static_cast<size_t>(i)];
      const bool lost = group >= groups_won && group < groups_won + groups_lost;
      ours.data<float>()[2 * i + (lost ? 1 - label : label)] = 1.0F;
      theirs.data<float>()[2 * i + (group < groups_won ? 1 - label : label)] = 1.0F;
    }
    const auto card = [&](const Tensor& logits) {
      return pipeline::Scorecards{metrics::Scorecard(metrics::Metric::kAccuracy, logits, truth.labels)};
    };
    return pipeline::choose(card(ours), card(theirs), truth, pipeline::Job{});
  };
  const report::ReportChoice luck = lead(10, 9), clear = lead(10, 2);
  EXPECT_GT(luck.validation->interval.mean, 0.0);
  EXPECT_EQ(luck.reason, Reason::kNoBetter);
  EXPECT_EQ(luck.ships, report::ModelRole::kControlInt8);
  EXPECT_EQ(clear.reason, Reason::kBetter);
  EXPECT_EQ(clear.ships, report::ModelRole::kStudentInt8);
  EXPECT_EQ(lead(2, 10).reason, Reason::kWorse);
  EXPECT_EQ(lead(9, 10).reason, Reason::kNoBetter);
}

TEST(Choice, ShipsTheControlArmWhereTheStudentIsBehind) {
  const Truth truth = truth_of(400);
  const report::ReportChoice choice =
      pipeline::choose(cards_of({290}, truth), cards_of({300}, truth), truth, pipeline::Job{});
  EXPECT_EQ(choice.ships, report::ModelRole::kControlInt8);
  EXPECT_EQ(choice.reason, Reason::kWorse);
}

TEST(Choice, NeverShipsARegressionWithALargerError) {
  Truth truth;
  truth.targets.assign(400, 0.0F);
  const auto card = [&](metrics::Metric metric, float large, float small) {
    std::vector<float> values(400, small);
    std::fill(values.begin(), values.begin() + 200, large);
    return pipeline::Scorecards{metrics::Scorecard(metric, Tensor::from({400}, values), truth.targets)};
  };
  // By its mean absolute error, 9, the student is ahead; by its RMSE, 12.7, behind.
  const auto ships = [&](metrics::Metric metric) {
    return pipeline::choose(card(metric, 18.0F, 0.0F), card(metric, 10.0F, 10.0F), truth, pipeline::Job{}).ships;
  };
  EXPECT_EQ(ships(metrics::Metric::kMae), report::ModelRole::kStudentInt8);
  EXPECT_EQ(ships(metrics::Metric::kRmse), report::ModelRole::kControlInt8);
}

TEST(Choice, LooksAtTheMetricOfTheJob) {
  // A student that always answers the common class is right more often, but knows only one of two.
  Truth truth;
  for (int i = 0; i < 40; ++i) {
    truth.labels.push_back(i < 30 ? 0 : 1);
    truth.groups.push_back(i);
  }
  Tensor common(DType::kF32, {40, 2}), fair(DType::kF32, {40, 2});
  for (int64_t i = 0; i < 40; ++i) {
    const int64_t answer = i < 15 || i == 30 || i == 31 ? 0 : 1;
    for (int64_t k = 0; k < 2; ++k) {
      common.data<float>()[2 * i + k] = k == 0 ? 1.0F : 0.0F;
      fair.data<float>()[2 * i + k] = k == answer ? 1.0F : 0.0F;
    }
  }
  const auto ships = [&](metrics::Metric metric) {
    return pipeline::choose({pipeline::scorecard(common, truth, metric)}, {pipeline::scorecard(fair, truth, metric)},
                            truth, pipeline::Job{})
        .ships;
  };
  EXPECT_EQ(ships(metrics::Metric::kAccuracy), report::ModelRole::kStudentInt8);
  EXPECT_EQ(ships(metrics::Metric::kBalancedAccuracy), report::ModelRole::kControlInt8);
}

TEST(Choice, ShipsTheStudentAllTheSameWhereTheJobAsksForIt) {
  pipeline::Job job;
  job.fallback = false;
  const Truth truth = truth_of(40);
  const report::ReportChoice choice = pipeline::choose(cards_of({20}, truth), cards_of({36}, truth), truth, job);
  EXPECT_EQ(choice.ships, report::ModelRole::kStudentInt8);
  EXPECT_EQ(choice.reason, Reason::kWorse);
}

TEST(Choice, TakesOneSampleForNoProof) {
  Truth alone;
  alone.labels = {0};
  alone.groups = {0};
  EXPECT_EQ(pipeline::choose({card_of(1, alone)}, {card_of(0, alone)}, alone, pipeline::Job{}).reason,
            Reason::kNoBetter);
}

TEST(Choice, TakesTheBestTrainingOfEachArm) {
  const Truth truth = truth_of(40);
  const report::ReportChoice choice =
      pipeline::choose(cards_of({30, 36, 36}, truth), cards_of({34, 35, 20}, truth), truth, pipeline::Job{});
  EXPECT_EQ(choice.trainings, 3);
  EXPECT_EQ(choice.student_training, 2);  // the first of equals
  EXPECT_EQ(choice.control_training, 2);
  EXPECT_EQ(choice.validation->seeds, 3);
  const std::vector<pipeline::Arm> arms = pipeline::chosen_arms(choice, pipeline::Job{});
  EXPECT_EQ(pipeline::title(arms[0]), "student-2");
  EXPECT_EQ(pipeline::title(arms[1]), "control-2");
}

TEST(Choice, TakesTheBestTrainingWithoutAControlArm) {
  pipeline::Job job;
  job.control = false;
  const Truth truth = truth_of(40);
  const report::ReportChoice choice = pipeline::choose(cards_of({30, 36}, truth), {}, truth, job);
  EXPECT_EQ(choice.reason, Reason::kAlone);
  EXPECT_EQ(choice.student_training, 2);
  EXPECT_EQ(pipeline::chosen_arms(choice, job).size(), 1U);
}

}  // namespace
}  // namespace apprentice
