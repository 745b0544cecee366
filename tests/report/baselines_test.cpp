// SPDX-License-Identifier: Apache-2.0
// Simple baselines in sentences, table, page and JSON.
#include "apprentice/report/baselines.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "apprentice/report/hall.h"
#include "tests/report/sample.h"

namespace apprentice {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

report::ReportData classification() { return test::classification_sample(test::bearing_classes()); }

report::ReportBaseline trees(double accuracy) {
  report::ReportBaseline one;
  one.name = "boosted_statistics";
  one.title = "Boosted trees on window statistics";
  one.detail = "120 trees";
  one.trained_on = 20000;
  one.size = 4321;
  one.unit = "nodes";
  one.classification = report::ReportBaseline::Shares{accuracy, accuracy - 0.02, accuracy - 0.03};
  one.over_shipped = {0.05, 0.04, 0.06};
  return one;
}

report::ReportBaseline ridge(double rmse) {
  report::ReportBaseline one;
  one.name = "linear_raw";
  one.title = "Ridge regression on raw values";
  one.size = 421;
  one.unit = "weights";
  one.regression = metrics::RegressionMetrics{100, rmse, rmse * 0.8, 0.5};
  return one;
}

double accuracy_of_student(const report::ReportData& report) {
  return report::shipped_model(report)->classification->accuracy;
}

TEST(ReportBaselines, TheFirstSentenceNamesTheOneThatIsAhead) {
  report::ReportData report = classification();
  const double own = accuracy_of_student(report);
  report.baselines = {trees(own - 0.1), trees(own + 0.05)};
  report.baselines[0].title = "Commonest class";
  const std::string headline = report::summarize(report).headline;
  EXPECT_THAT(headline,
              StartsWith("A simple baseline is ahead of the student: boosted trees on window statistics, with "));
  EXPECT_THAT(headline, HasSubstr("(+5.0 points, 95 % interval +4.0 to +6.0)."));
  EXPECT_THAT(headline, HasSubstr("int8 student"));  // what stood there before follows
  report.baselines[1].over_shipped.low = -0.01;
  EXPECT_THAT(report::summarize(report).headline,
              StartsWith("A simple baseline is ahead of the student, though not proven to be:"));
}

TEST(ReportBaselines, NoneAheadLeavesTheFirstSentenceAlone) {
  report::ReportData report = classification();
  const std::string before = report::summarize(report).headline;
  report.baselines = {trees(accuracy_of_student(report))};
  EXPECT_EQ(report::summarize(report).headline, before);
}

TEST(ReportBaselines, ATeacherBelowOneIsAWarning) {
  report::ReportData report = classification();
  const double taught = report::find_model(report, report::ModelRole::kTeacher)->classification->accuracy;
  report.baselines = {trees(taught + 0.004)};
  EXPECT_THAT(report::summarize(report).warnings, Not(testing::Contains(HasSubstr("The teacher is below"))));
  report.baselines = {trees(taught + 0.02)};
  EXPECT_THAT(report::summarize(report).warnings,
              testing::Contains(HasSubstr("The teacher is below a simple baseline")));
}

TEST(ReportBaselines, RegressionComparesTheRootMeanSquaredError) {
  report::ReportData report = test::regression_sample();
  const double own = report::shipped_model(report)->regression->rmse;
  report.baselines = {ridge(own * 1.1)};
  EXPECT_FALSE(report::baseline_ahead(report));
  report.baselines = {ridge(own * 0.9)};
  ASSERT_TRUE(report::baseline_ahead(report));
  EXPECT_THAT(*report::baseline_ahead(report), HasSubstr("ridge regression on raw values, with "));
  EXPECT_THAT(*report::baseline_ahead(report), HasSubstr(" RMSE on the test split against "));
}

TEST(ReportBaselines, SurviveTheJson) {
  for (report::ReportData report : {classification(), test::regression_sample()}) {
    if (report.task == TaskKind::kRegression)
      report.baselines = {ridge(12.5)};
    else
      report.baselines = {trees(0.9), trees(0.5)};
    const auto back = report::report_from_json(report::to_json(report));
    ASSERT_TRUE(back) << back.error().text();
    EXPECT_EQ(report::to_json(*back).dump(), report::to_json(report).dump());
  }
}

TEST(ReportBaselines, StandBesideTheModelsOnPageAndTerminal) {
  report::ReportData report = classification();
  EXPECT_EQ(report::baselines_html(report), "");
  EXPECT_EQ(report::baselines_text(report), "");
  report.baselines = {trees(0.5)};
  report.baselines[0].title = "Trees <b>";
  EXPECT_THAT(report::render_html(report), HasSubstr("Trees &lt;b&gt;"));
  EXPECT_THAT(report::render_html(report), HasSubstr("Against simple baselines"));
  EXPECT_THAT(report::render_html(report), HasSubstr("120 trees"));
  EXPECT_THAT(report::render_text(report), HasSubstr("Simple baselines"));
  EXPECT_THAT(report::render_text(report), HasSubstr("Trees <b>"));
}

TEST(ReportBaselines, TheHallNamesDevicesThatLoseToOne) {
  report::ReportData report = classification();
  report.baselines = {trees(accuracy_of_student(report) + 0.05)};
  report::HallReport hall;
  hall.devices.push_back({"fan", "fan.html", report});
  EXPECT_THAT(report::summarize(hall).warnings,
              testing::Contains(StartsWith("fan: A simple baseline is ahead of the student")));
}

}  // namespace
}  // namespace apprentice
