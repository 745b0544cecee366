// SPDX-License-Identifier: Apache-2.0
// report.json: nothing is lost on the way, and a file from outside is refused with its place.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "apprentice/base/files.h"
#include "apprentice/report/report.h"
#include "tests/report/sample.h"
#include "tests/support/real_data.h"

namespace apprentice {

using report::ReportData;

namespace {

using Json = nlohmann::ordered_json;
using ::testing::HasSubstr;

void expect_round_trip(const ReportData& report) {
  const std::string text = report::report_json_text(report);
  const Result<ReportData> again = report::report_from_json(Json::parse(text));
  ASSERT_TRUE(again) << again.error().text();
  EXPECT_EQ(report::report_json_text(*again), text);
}

std::string refusal_of(const Json& json) {
  const Result<ReportData> report = report::report_from_json(json);
  return report ? "accepted" : report.error().text();
}

Json sample_json() {
  return Json::parse(report::report_json_text(test::classification_sample(test::bearing_classes())));
}

TEST(ReportJson, ComesBackTheSameWithEverythingInIt) {
  expect_round_trip(test::classification_sample(test::bearing_classes()));
  expect_round_trip(test::regression_sample());
}

TEST(ReportJson, ComesBackTheSameWithTheChoiceOfAnArm) {
  ReportData report = test::classification_sample(test::bearing_classes());
  report.choice = report::ReportChoice{report::ModelRole::kControlInt8,
                                       report::ReportChoice::Reason::kWorse,
                                       metrics::Metric::kPrAuc,
                                       3,
                                       2,
                                       3,
                                       report.gains.front()};
  expect_round_trip(report);
  Json json = report::to_json(report);
  json["choice"]["control_training"] = 4;
  EXPECT_THAT(refusal_of(json), HasSubstr("count from 1 to trainings"));
  json = report::to_json(report);
  json["choice"].erase("validation");
  EXPECT_THAT(refusal_of(json), HasSubstr("#/choice: a reason that compares"));
  json = report::to_json(report);
  json["metric"] = "rmse";
  EXPECT_THAT(refusal_of(json), HasSubstr("'rmse' is not for classification"));
  json = report::to_json(report);
  json["choice"]["ships"] = "teacher";
  EXPECT_THAT(refusal_of(json),
              HasSubstr("report.json#/choice: 'teacher' cannot ship; possible: student_int8, control_int8"));
}

TEST(ReportJson, ComesBackTheSameWithNothingInIt) { expect_round_trip(ReportData{}); }

TEST(ReportJson, KeepsEveryFieldOfAModel) {
  const ReportData before = test::classification_sample(test::bearing_classes());
  const ReportData after = *report::report_from_json(report::to_json(before));
  const report::ReportModel& a = before.models[3];
  const report::ReportModel& b = after.models[3];
  EXPECT_EQ(b.role, report::ModelRole::kStudentInt8);
  EXPECT_EQ(a.classification->confusion, b.classification->confusion);
  EXPECT_EQ(a.classification->reliability[14].confidence, b.classification->reliability[14].confidence);
  EXPECT_EQ(a.with_teacher->kl, b.with_teacher->kl);
  EXPECT_EQ(a.on_device->latency_us.basis, b.on_device->latency_us.basis);
  EXPECT_EQ(a.on_device->stack_bytes, b.on_device->stack_bytes);
  EXPECT_EQ(before.gains[0].interval.low, after.gains[0].interval.low);
  EXPECT_EQ(after.gains[1].control, report::ModelRole::kControl);
  EXPECT_EQ(before.curves[1].points[39].validation_metric, after.curves[1].points[39].validation_metric);
  EXPECT_EQ(after.provenance.resolved_job["student"]["width"], 16);
  EXPECT_EQ(after.device->ram_bytes, 16384);
  EXPECT_EQ(after.seeds[2].scores[0].second, 0.934);
}

TEST(ReportJson, KeepsWhatIsNotANumberAsNull) {
  ReportData report = test::regression_sample();
  report.models[0].regression->rmse = std::numeric_limits<double>::quiet_NaN();
  const Json json = Json::parse(report::report_json_text(report));
  EXPECT_TRUE(json["models"][0]["regression"]["rmse"].is_null());
  const Result<ReportData> again = report::report_from_json(json);
  ASSERT_TRUE(again) << again.error().text();
  EXPECT_TRUE(std::isnan(again->models[0].regression->rmse));
}

TEST(ReportJson, KeepsTheAnswersShownAndRefusesAnotherNumberOfThem) {
  const ReportData report = test::regression_sample();
  Json json = Json::parse(report::report_json_text(report));
  const Result<ReportData> again = report::report_from_json(json);
  ASSERT_TRUE(again) << again.error().text();
  EXPECT_EQ(again->shown_targets, report.shown_targets);
  EXPECT_EQ(again->models[3].shown_answers, report.models[3].shown_answers);
  json["models"][1]["shown_answers"].erase(0);
  const Result<ReportData> refused = report::report_from_json(json);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().text(), HasSubstr("shown_answers has 99 values, shown_targets 100"));
}

TEST(ReportJson, SurvivesTextThatIsNotUtf8) {
  ReportData report;
  report.job = "job \xFF\xC0";
  EXPECT_THAT(report::report_json_text(report), HasSubstr("job \xEF\xBF\xBD"));
}

TEST(ReportJson, TellsHowMuchSmallerThanTheTeacher) {
  EXPECT_NEAR(sample_json()["models"][3]["times_smaller_than_teacher"]["macs"].get<double>(), 60840960.0 / 332160.0,
              1e-9);
}

TEST(ReportJson, IsRefusedWithThePlaceAndWhatWasExpected) {
  Json json = sample_json();
  json["models"][2]["role"] = "tutor";
  EXPECT_THAT(refusal_of(json),
              HasSubstr("report.json#/models/2/role: found \"tutor\", expected one of: teacher, student"));
  json = sample_json();
  json["models"][1]["classification"]["accuracy"] = "high";
  EXPECT_THAT(refusal_of(json), HasSubstr("/models/1/classification/accuracy: found \"high\", expected a number"));
  json = sample_json();
  json["curves"][0]["points"][3].erase("train_loss");
  EXPECT_THAT(refusal_of(json), HasSubstr("/curves/0/points/3/train_loss: found nothing, expected a number"));
}

TEST(ReportJson, RefusesSizesThatDoNotFitTheClassNames) {
  Json json = sample_json();
  json["models"][0]["classification"]["confusion"].erase(9);
  EXPECT_THAT(refusal_of(json), HasSubstr("confusion is not 10 x 10"));
  json = sample_json();
  json["models"][0]["classification"]["f1"].push_back(0.5);
  EXPECT_THAT(refusal_of(json), HasSubstr("10 values each"));
  json = sample_json();
  json["models"][0]["classification"]["confusion"][2][2] = -4;
  EXPECT_THAT(refusal_of(json), HasSubstr("confusion holds -4"));
}

TEST(ReportJson, RefusesTwoModelsOfOneRole) {
  Json json = sample_json();
  json["models"][1]["role"] = "teacher";
  EXPECT_THAT(refusal_of(json), HasSubstr("role 'teacher' stands twice"));
}

TEST(ReportJson, RefusesAnotherFormatVersionOrTask) {
  Json json = sample_json();
  json["version"] = 2;
  EXPECT_THAT(refusal_of(json), HasSubstr("version 2 of apprentice-report; this program reads version 1"));
  json = sample_json();
  json["format"] = "other";
  EXPECT_THAT(refusal_of(json), HasSubstr("not 'apprentice-report'"));
  json = sample_json();
  json["task"] = "ranking";
  EXPECT_THAT(refusal_of(json), HasSubstr("#/task: found \"ranking\", expected one of"));
  EXPECT_THAT(refusal_of(Json::array()), HasSubstr("expected an object"));
}

TEST(ReportJson, NeverCrashesOnAReplacedValue) {
  // Every value of the document, one after the other, becomes something of another kind.
  const Json sample = sample_json();
  const Json flat = sample.flatten();
  const std::vector<Json> strange = {Json(nullptr), Json(-1), Json("x"), Json::array({1}), Json::object(), Json(1e300)};
  size_t number = 0;
  for (const auto& item : flat.items()) {
    if (number++ % 7 != 0) continue;  // a seventh of the places keeps this quick
    for (const Json& value : strange) {
      Json json = sample;
      json[Json::json_pointer(item.key())] = value;
      const Result<ReportData> report = report::report_from_json(json);
      if (report) {
        report::render_text(*report);
        report::report_json_text(*report);
      } else {
        EXPECT_THAT(report.error().text(), HasSubstr("report.json#"));
      }
    }
    if (number > 700) break;
  }
}

TEST(ReadReport, NamesTheFileThatIsMissingOrNoJson) {
  const test::Scratch scratch;
  EXPECT_FALSE(report::read_report(scratch.path("none.json")));
  ASSERT_TRUE(write_file(scratch.path("bad.json"), "{\"format\": "));
  const Result<ReportData> bad = report::read_report(scratch.path("bad.json"));
  ASSERT_FALSE(bad);
  EXPECT_THAT(bad.error().text(), HasSubstr("is not valid JSON"));
  const ReportData report = test::regression_sample();
  ASSERT_TRUE(write_file(scratch.path("good.json"), report::report_json_text(report)));
  const Result<ReportData> good = report::read_report(scratch.path("good.json"));
  ASSERT_TRUE(good) << good.error().text();
  EXPECT_EQ(good->target_unit, "cycles");
}

}  // namespace
}  // namespace apprentice
