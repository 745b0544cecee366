// SPDX-License-Identifier: Apache-2.0
// A comparison of methods: its sentences, its JSON, its table and its page.
#include "apprentice/report/comparison.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/report/comparison_sample.h"

namespace apprentice {
namespace {

using Json = nlohmann::ordered_json;
using Verdict = report::ComparisonSummary::Verdict;
using ::testing::HasSubstr;
using ::testing::Not;

std::string refusal_of(const Json& json) {
  const auto data = report::comparison_from_json(json, "comparison.json");
  return data ? "accepted" : data.error().text();
}

TEST(Comparison, ClaimsOnlyTheWinnersIntervalInItsInt8Form) {
  const report::ComparisonSummary summary = report::summarize(test::comparison_sample());
  EXPECT_EQ(summary.verdict, Verdict::kGain);
  EXPECT_THAT(summary.headline, HasSubstr("kd:T=1,hard_weight=0 is the best of 4 methods"));
  EXPECT_EQ(
      summary.claim,
      "Distillation helps: on the test split the int8 form of kd:T=1,hard_weight=0 has +3.5 points of accuracy over "
      "the control arm (95 % interval +1.2 to +5.1).");
  EXPECT_THAT(summary.sentences.front(), HasSubstr("Only this interval is a claim: 4 methods were compared"));
  EXPECT_THAT(summary.sentences.front(), HasSubstr("chosen on the validation split"));
  EXPECT_THAT(summary.sentences.back(), HasSubstr("24 test groups and 5 training seeds, 2\u00A0000 rounds."));
}

TEST(Comparison, SaysSoWhereAWinnerOfValidationIsNotBetterOnTest) {
  report::ComparisonData data = test::comparison_sample();
  data.methods[1].int8->gain = metrics::Interval{0.004, -0.01, 0.02};
  EXPECT_EQ(report::summarize(data).verdict, Verdict::kUnproven);
  EXPECT_THAT(report::summarize(data).claim, HasSubstr("No proven gain from distillation"));
  data.methods[1].int8->gain = metrics::Interval{-0.02, -0.03, -0.01};
  EXPECT_EQ(report::summarize(data).verdict, Verdict::kLoss);
  EXPECT_THAT(report::summarize(data).claim, HasSubstr("Distillation hurts here"));
}

TEST(Comparison, RecommendsLabelsOnlyWhereNoMethodBeatsTheControlArm) {
  report::ComparisonData data = test::comparison_sample();
  data.winner = report::kControlName;
  const report::ComparisonSummary summary = report::summarize(data);
  EXPECT_EQ(summary.verdict, Verdict::kControl);
  EXPECT_THAT(summary.headline, HasSubstr("none of 4 methods beats the control arm"));
  EXPECT_EQ(summary.claim, "Train this student on labels only: the validation split gives no reason for a teacher.");
  EXPECT_THAT(summary.sentences.front(), HasSubstr("none of them is a claim"));
  EXPECT_THAT(report::render_text(data), Not(HasSubstr("* ")));
}

TEST(Comparison, WarnsOfOneSeedAndOfFewGroups) {
  report::ComparisonData data = test::comparison_sample();
  for (report::ComparedMethod& method : data.methods) method.seeds.resize(1);
  data.units = 6;
  EXPECT_THAT(report::summarize(data).sentences.back(), HasSubstr("the luck of training is not in them"));
  EXPECT_THAT(report::summarize(data).sentences.back(), HasSubstr("likely too narrow"));
}

TEST(Comparison, TellsTheShareOfTheWayFromControlArmToTeacher) {
  report::ComparisonData data = test::comparison_sample();
  EXPECT_NEAR(*report::way_to_teacher(data, data.methods[1]), 0.03 / 0.12, 1e-12);
  EXPECT_FALSE(report::way_to_teacher(data, data.methods[0]));
  data.teacher->test.mean = 0.7;  // worse than the control arm
  EXPECT_FALSE(report::way_to_teacher(data, data.methods[1]));
  const report::ComparisonData life = test::regression_comparison();
  EXPECT_DOUBLE_EQ(*report::way_to_teacher(life, life.methods[1]), 0.0);  // errors: smaller is better
}

TEST(Comparison, ComesBackTheSameFromItsJson) {
  for (const report::ComparisonData& data : {test::comparison_sample(), test::regression_comparison()}) {
    const std::string text = report::comparison_json_text(data);
    const auto again = report::comparison_from_json(Json::parse(text), "comparison.json");
    ASSERT_TRUE(again) << again.error().text();
    EXPECT_EQ(report::comparison_json_text(*again), text);
  }
}

TEST(Comparison, RefusesAFileFromOutsideWithItsPlace) {
  Json json = Json::parse(report::comparison_json_text(test::comparison_sample()));
  json["methods"][1]["seeds"][2]["validation"] = "high";
  EXPECT_THAT(refusal_of(json),
              HasSubstr("comparison.json#/methods/1/seeds/2/validation: found \"high\", expected a number"));
  json = Json::parse(report::comparison_json_text(test::comparison_sample()));
  json["winner"] = "crd";
  EXPECT_THAT(refusal_of(json), HasSubstr("the winner 'crd' is not among the methods"));
  json["format"] = "apprentice-report";
  EXPECT_THAT(refusal_of(json), HasSubstr("the key format is not 'apprentice-comparison'"));
}

TEST(Comparison, TableMarksTheWinnerAndLeavesOutEmptyColumns) {
  const std::string text = report::render_text(test::comparison_sample());
  EXPECT_THAT(text, HasSubstr("* kd:T=1,hard_weight=0 "));
  EXPECT_THAT(text, HasSubstr("* kd:T=1,hard_weight=0, int8"));
  EXPECT_THAT(text, HasSubstr("  control (labels only)"));
  EXPECT_THAT(text, HasSubstr("  teacher "));
  EXPECT_THAT(text, HasSubstr("+3.0 (+1.0 to +5.0)"));
  EXPECT_THAT(text, HasSubstr("25.0\u00A0%"));
  EXPECT_THAT(text, Not(HasSubstr("NASA")));
  EXPECT_THAT(report::render_text(test::regression_comparison()), HasSubstr("NASA score"));
}

TEST(Comparison, PageShowsEveryMethodOnceInEachDrawing) {
  const std::string page = report::render_html(test::comparison_sample());
  EXPECT_THAT(page, HasSubstr("Only its interval is a claim"));
  EXPECT_THAT(page, HasSubstr("a&lt;b&gt;&amp;c"));
  EXPECT_THAT(page, Not(HasSubstr("a<b>")));
  EXPECT_THAT(page, HasSubstr("Loss of dkd"));
}

// The figure stands to the right of the name.
TEST(Comparison, ALongNameLeavesRoomForItsFigure) {
  report::ComparisonData data = test::comparison_sample();
  data.winner = data.methods[1].name = "kd:T=1,hard_weight=0.5,soft_weight=0.5";
  const std::string page = report::render_html(data);
  EXPECT_THAT(page, ::testing::HasSubstr(">kd:T=1,hard_weight=0.5,so…, chosen<"));
}

}  // namespace
}  // namespace apprentice
