// SPDX-License-Identifier: Apache-2.0
// The sentences at the top claim no more than the figures allow.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "apprentice/report/report.h"
#include "tests/report/sample.h"

namespace apprentice {

using report::ModelRole;
using report::ReportData;
using report::summarize;

namespace {

using ::testing::AllOf;
using ::testing::AnyOf;
using ::testing::Contains;
using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;
using Verdict = report::ReportSummary::Verdict;

ReportData with_gain(double mean, double low, double high) {
  ReportData report = test::classification_sample(test::bearing_classes());
  report.gains.front().interval = {mean, low, high};
  return report;
}

void set_accuracy(ReportData* report, ModelRole role, double accuracy) {
  for (report::ReportModel& model : report->models) {
    if (model.role == role) model.classification->accuracy = accuracy;
  }
}

TEST(Summary, SaysThatDistillationHelpsOnlyWhenTheIntervalLiesAboveZero) {
  const report::ReportSummary summary = summarize(with_gain(0.012, 0.003, 0.021));
  EXPECT_EQ(summary.distillation, Verdict::kGain);
  EXPECT_EQ(summary.sentences.front(),
            "Distillation helps: the student is 1.2 points more accurate than the same student trained on labels only "
            "(95 % interval +0.3 to +2.1, grouped bootstrap over 24 test recordings).");
}

TEST(Summary, SaysThatNothingIsProvenWhenTheIntervalIncludesZero) {
  for (const double low : {-0.006, 0.0}) {
    const report::ReportSummary summary = summarize(with_gain(0.004, low, 0.013));
    EXPECT_EQ(summary.distillation, Verdict::kUnproven);
    EXPECT_THAT(summary.sentences.front(), StartsWith("No proven gain from distillation: the student is 0.4 points"));
    EXPECT_THAT(summary.sentences.front(), HasSubstr("the interval includes zero"));
  }
  const report::ReportSummary below = summarize(with_gain(-0.004, -0.013, 0.006));
  EXPECT_EQ(below.distillation, Verdict::kUnproven);
  EXPECT_THAT(below.sentences.front(), HasSubstr("0.4 points less accurate"));
}

TEST(Summary, SaysThatDistillationHurtsWhenTheIntervalLiesBelowZero) {
  const report::ReportSummary summary = summarize(with_gain(-0.013, -0.022, -0.004));
  EXPECT_EQ(summary.distillation, Verdict::kLoss);
  EXPECT_THAT(summary.sentences.front(),
              StartsWith("On the test split distillation hurts: the student is 1.3 points less accurate"));
  EXPECT_THAT(summary.sentences.front(), HasSubstr("−2.2 to −0.4"));
}

TEST(Summary, DoesNotTakeOneRecordingForAProof) {
  ReportData report = with_gain(0.05, 0.05, 0.05);
  report.gains.front().units = 1;
  const report::ReportSummary summary = summarize(report);
  EXPECT_EQ(summary.distillation, Verdict::kUnproven);
  EXPECT_THAT(summary.sentences.front(), HasSubstr("the test split holds one recording only"));
}

TEST(Summary, WarnsOfAnIntervalFromFewRecordings) {
  ReportData report = with_gain(0.05, 0.02, 0.08);
  EXPECT_THAT(summarize(report).sentences, Each(Not(HasSubstr("too narrow"))));
  report.gains.front().units = 4;
  EXPECT_THAT(summarize(report).sentences, Contains(HasSubstr("With only 4 recordings")));
}

TEST(Summary, KnowsThatItDoesNotKnow) {
  ReportData report = with_gain(std::numeric_limits<double>::quiet_NaN(), 0.1, 0.2);
  report.gains.front().interval.low = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(summarize(report).distillation, Verdict::kUnknown);
  report.gains.clear();
  EXPECT_THAT(summarize(report).sentences.front(), HasSubstr("no interval was computed"));
  report.models.resize(2);  // teacher and student
  EXPECT_THAT(summarize(report).sentences.front(), HasSubstr("no control arm was trained"));
}

TEST(Summary, HeadlineComparesTheInt8StudentWithItsTeacher) {
  ReportData report = with_gain(0.01, 0.0, 0.02);
  set_accuracy(&report, ModelRole::kTeacher, 0.8);
  set_accuracy(&report, ModelRole::kStudentInt8, 0.74);
  EXPECT_EQ(summarize(report).headline,
            "On stm32l4r5, the int8 student keeps 92.5\u00A0% of its teacher’s accuracy (74.0\u00A0% against "
            "80.0\u00A0%) with 183 times fewer MACs.");
  set_accuracy(&report, ModelRole::kStudentInt8, 0.81);
  EXPECT_THAT(summarize(report).headline, HasSubstr("reaches 81.0\u00A0% accuracy (its teacher 80.0\u00A0%)"));
}

TEST(Summary, HeadlineIsHonestAboutALargerStudent) {
  ReportData report = with_gain(0.01, 0.0, 0.02);
  report.models[3].macs = *report.models[0].macs * 2;
  EXPECT_THAT(summarize(report).headline, HasSubstr("with 2.0 times more MACs"));
}

TEST(Summary, HeadlineDoesNotNameADeviceThatWasNotUsed) {
  ReportData report = with_gain(0.01, 0.0, 0.02);
  report.models[3].on_device.reset();
  EXPECT_THAT(summarize(report).headline, StartsWith("The int8 student"));
  EXPECT_THAT(summarize(report).sentences, Contains("Nothing was measured on a device."));
  report.models.erase(report.models.begin() + 3, report.models.end());
  EXPECT_THAT(summarize(report).headline, StartsWith("The float student"));
  EXPECT_EQ(summarize(ReportData{}).headline, "No student has been scored on the test split yet.");
}

TEST(Summary, TellsRegressionInTheTargetsUnit) {
  const report::ReportSummary summary = summarize(test::regression_sample());
  EXPECT_EQ(
      summary.headline,
      "On stm32l4r5, the int8 student reaches an RMSE of 15.0 cycles (its teacher 12.9) with 183 times fewer MACs.");
  EXPECT_THAT(summary.sentences.front(),
              StartsWith("Distillation helps: the float student’s RMSE is 0.800 cycles lower"));
}

report::ReportCurve curve_to(const std::vector<double>& metrics) {
  report::ReportCurve curve;
  curve.end = "complete";
  curve.planned_steps = 100 * static_cast<int64_t>(metrics.size());
  double best = -1e9;
  for (size_t i = 0; i < metrics.size(); ++i) {
    curve.points.push_back({100 * static_cast<int64_t>(i + 1), 1.0, metrics[i]});
    if (metrics[i] > best) curve.best_step = curve.points.back().step;
    best = std::max(best, metrics[i]);
  }
  return curve;
}

TEST(LearningAdvice, AsksForMoreStepsWhereTheMetricStillRises) {
  std::vector<double> rising, level, noisy;
  for (int i = 0; i < 20; ++i) {
    rising.push_back(0.5 + 0.02 * i);
    level.push_back(0.9 - 0.4 * std::exp(-i));
    noisy.push_back(i % 2 == 0 ? 0.7 : 0.75 + 0.001 * i);
  }
  EXPECT_EQ(report::learning_advice(curve_to(rising), TaskKind::kClassification),
            "The student was still rising at the last step: try steps = 4000.");
  EXPECT_EQ(report::learning_advice(curve_to(level), TaskKind::kClassification), "");
  EXPECT_EQ(report::learning_advice(curve_to(noisy), TaskKind::kClassification), "");
  for (double& value : rising) value = -10.0 + value;  // a negative error
  EXPECT_EQ(report::learning_advice(curve_to({rising.begin(), rising.begin() + 3}), TaskKind::kRegression), "");
  EXPECT_THAT(report::learning_advice(curve_to(rising), TaskKind::kRegression), HasSubstr("still rising"));
}

TEST(LearningAdvice, SaysWhenATrainingWasCutShort) {
  report::ReportCurve curve = curve_to(std::vector<double>(9, 0.5));
  curve.role = ModelRole::kControl;
  curve.planned_steps = 2000;
  curve.end = "out of patience";
  EXPECT_THAT(report::learning_advice(curve, TaskKind::kClassification),
              AllOf(StartsWith("The control arm stopped at step 900 of 2000, out of patience"),
                    HasSubstr("try steps = 900 without patience")));
  curve.end = "out of time";
  EXPECT_THAT(report::learning_advice(curve, TaskKind::kClassification), HasSubstr("raise max_seconds"));
  ReportData report = test::classification_sample(test::bearing_classes());
  EXPECT_THAT(summarize(report).sentences, Each(Not(HasSubstr("steps ="))));
  report.curves.front().end = "out of time";
  EXPECT_THAT(summarize(report).sentences, Contains(HasSubstr("The student was cut short at step 2000")));
}

report::ReportChoice choice_of(ModelRole ships, report::ReportChoice::Reason reason, metrics::Interval gain) {
  report::ReportChoice choice;
  choice.ships = ships;
  choice.reason = reason;
  choice.validation = report::ReportGain{};
  choice.validation->interval = gain;
  choice.validation->units = 20;
  return choice;
}

using Reason = report::ReportChoice::Reason;

TEST(Summary, NamesWhatShipsFirstAndThenItsFigures) {
  ReportData report = with_gain(-0.03, -0.05, -0.01);
  report.choice = choice_of(ModelRole::kControlInt8, Reason::kWorse, {-0.022, -0.076, 0.027});
  set_accuracy(&report, ModelRole::kControlInt8, 0.9);
  const report::ReportSummary summary = summarize(report);
  EXPECT_THAT(summary.headline,
              StartsWith("The control arm ships, not the distilled student, which on the validation split is 2.2 "
                         "points of accuracy behind the same student trained on labels only (95 % interval −7.6 to "
                         "+2.7). On stm32l4r5, the int8 control arm"));
  EXPECT_THAT(summary.headline, HasSubstr("90.0\u00A0%"));
  EXPECT_THAT(summary.warnings, IsEmpty());
}

// The test split may contradict the choice, but it does not advise.
TEST(Summary, GivesOneVerdictWhereTheTestSplitContradictsIt) {
  ReportData report = with_gain(-0.03, -0.05, -0.01);
  report.choice = choice_of(ModelRole::kStudentInt8, Reason::kBetter, {0.019, -0.004, 0.041});
  report.choice->trainings = 5;
  report.choice->student_training = 3;
  report.choice->validation->seeds = 5;
  const report::ReportSummary summary = summarize(report);
  EXPECT_THAT(summary.headline,
              StartsWith("The distilled student ships: on the validation split it is 1.9 points of accuracy ahead of "
                         "the same student trained on labels only (95 % interval −0.4 to +4.1, mean of 5 trainings). "
                         "On stm32l4r5, the int8 student"));
  EXPECT_EQ(summary.sentences[1], "Training 3 of 5 ships, the best of its kind on the validation split.");
  EXPECT_THAT(summary.gain, StartsWith("On the test split distillation hurts: the student is 3.0 points less"));
  EXPECT_THAT(summary.sentences, Each(Not(HasSubstr("ontrol arm ships"))));
}

TEST(Summary, SaysWhyTheControlArmShipsInATie) {
  const report::ReportChoice choice = choice_of(ModelRole::kControlInt8, Reason::kNoBetter, {0.004, -0.02, 0.03});
  EXPECT_THAT(report::choice_sentence(choice, ""),
              HasSubstr("which on the validation split is level with the same student trained on labels only (+0.4 "
                        "points of accuracy, within one standard error; 95 % interval −2.0 to +3.0)"));
  EXPECT_EQ(report::training_sentence(choice), "");
}

TEST(Summary, SaysThatTheJobAsksForAStudentThatIsNotAhead) {
  const report::ReportChoice choice = choice_of(ModelRole::kStudentInt8, Reason::kWorse, {-0.03, -0.05, -0.01});
  EXPECT_THAT(report::choice_sentence(choice, ""),
              StartsWith("The distilled student ships, as the job asks, although on the validation split it is 3.0 "
                         "points of accuracy behind"));
  EXPECT_THAT(report::choice_sentence(report::ReportChoice{}, ""), HasSubstr("no control arm was trained"));
}

TEST(Summary, TellsTheMetricOfTheJobAndTheAccuracy) {
  ReportData report = with_gain(0.01, 0.002, 0.02);
  report.metric = metrics::Metric::kBalancedAccuracy;
  set_accuracy(&report, ModelRole::kStudentInt8, 0.74);
  for (report::ReportModel& model : report.models) model.classification->balanced_accuracy = 0.8;
  report.models[3].classification->balanced_accuracy = 0.6;
  const report::ReportSummary summary = summarize(report);
  EXPECT_THAT(summary.headline, HasSubstr("keeps 75.0\u00A0% of its teacher’s balanced accuracy (60.0\u00A0% against "
                                          "80.0\u00A0%, accuracy 74.0\u00A0%)"));
  EXPECT_THAT(summary.gain, StartsWith("Distillation helps: the student’s balanced accuracy is 1.0 points higher"));
}

TEST(Summary, TellsAWorseRegressionInTheTargetsUnit) {
  report::ReportChoice choice = choice_of(ModelRole::kControlInt8, Reason::kWorse, {-2.0, -3.0, -1.0});
  choice.metric = metrics::Metric::kMae;
  EXPECT_THAT(report::choice_sentence(choice, "cycles"),
              HasSubstr("2.00 cycles of mean absolute error behind the same student trained on labels only (95 % "
                        "interval −3.00 to −1.00)"));
}

TEST(Summary, WarnsOfALeakASizeAndAnAnswerThatDiffers) {
  ReportData report = with_gain(0.01, 0.0, 0.02);
  EXPECT_THAT(summarize(report).warnings, IsEmpty());
  report.provenance.leak_warning = "3 recordings are on both sides";
  report.models[3].on_device->over_budget = {"RAM 20480 bytes, budget 16384 bytes"};
  report.models[3].on_device->vectors_equal = 255;
  const report::ReportSummary summary = summarize(report);
  EXPECT_THAT(summary.warnings, Contains("Leaky split: 3 recordings are on both sides"));
  EXPECT_THAT(summary.warnings, Contains("Over budget: RAM 20480 bytes, budget 16384 bytes"));
  EXPECT_THAT(summary.warnings, Contains(HasSubstr("1 of 256 test vectors differ")));
  EXPECT_THAT(summary.sentences, Each(Not(AnyOf(HasSubstr("It fits"), HasSubstr("bit for bit")))));
  report.models[3].on_device->vectors = 0;
  EXPECT_THAT(summarize(report).warnings, Contains(HasSubstr("not proven")));
}

TEST(Summary, WarnsOfAStudentThatIsNoBetterThanTheCommonestClass) {
  ReportData report = with_gain(0.01, 0.0, 0.02);
  report.models[3].classification->confusion.assign(10, std::vector<int64_t>(10, 0));
  report.models[3].classification->confusion[0][0] = 90;
  report.models[3].classification->confusion[1][0] = 10;
  report.models[3].classification->accuracy = 0.9;
  EXPECT_THAT(summarize(report).warnings, Contains(HasSubstr("no better than always answering the commonest class")));
}

}  // namespace
}  // namespace apprentice
