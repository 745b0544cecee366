// SPDX-License-Identifier: Apache-2.0
// The report of a hall: a row per device, in every form.
#include "apprentice/report/hall.h"

#include <gmock/gmock.h>

#include "tests/report/sample.h"

namespace apprentice {

using report::summarize;

namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using Json = nlohmann::ordered_json;

TEST(HallReport, HasARowForEachDeviceInJson) {
  const report::HallReport hall = test::hall_sample();
  const Json json = Json::parse(report::hall_json_text(hall));
  ASSERT_EQ(json.at("devices").size(), 3U);
  const Json& pump = json.at("devices").at(0);
  EXPECT_EQ(pump.at("id"), "pump");
  EXPECT_EQ(pump.at("page"), "../devices/pump/report/report.html");
  const report::ReportData& report = hall.devices[0].report;
  const report::ReportModel* student = report::find_model(report, report::ModelRole::kStudentInt8);
  EXPECT_EQ(pump.at("models").at("student_int8").at("accuracy"), student->classification->accuracy);
  EXPECT_EQ(pump.at("models").at("student_int8").at("on_device").at("flash_bytes"), student->on_device->flash_bytes);
  EXPECT_EQ(pump.at("gain").at("mean"), report.gains.front().interval.mean);
  EXPECT_EQ(pump.at("relevance").at("channels_of"), 5);
  EXPECT_FALSE(json.at("devices").at(2).contains("relevance"));
}

TEST(HallReport, SaysHowManyGainsAreProven) {
  report::HallReport hall = test::hall_sample();
  hall.devices[0].report.gains.front().interval = {0.03, 0.01, 0.05};
  hall.devices[1].report.gains.front().interval = {0.01, -0.01, 0.03};
  hall.devices[2].report.gains.front().interval = {0.02, 0.01, 0.04};
  EXPECT_EQ(summarize(hall).distillation, report::ReportSummary::Verdict::kGain);
  EXPECT_THAT(summarize(hall).sentences.front(), HasSubstr("proven on 2 of 3 devices, unproven on 1, and a loss on 0"));
  hall.devices[2].report.gains.front().interval = {-0.03, -0.05, -0.01};
  EXPECT_EQ(summarize(hall).distillation, report::ReportSummary::Verdict::kLoss);
  EXPECT_THAT(summarize(hall).sentences.front(), HasSubstr("proven on 1 of 3 devices, unproven on 1, and a loss on 1"));
}

TEST(HallReport, NamesTheDeviceOfAWarning) {
  report::HallReport hall = test::hall_sample();
  EXPECT_TRUE(summarize(hall).warnings.empty());
  hall.devices[1].report.provenance.leak_warning = "3 recordings are on both sides";
  ASSERT_EQ(summarize(hall).warnings.size(), 1U);
  EXPECT_THAT(summarize(hall).warnings.front(), testing::StartsWith("fan: Leaky split"));
}

TEST(HallReport, MarksWhatShips) {
  report::HallReport hall = test::hall_sample();
  EXPECT_THAT(summarize(hall).headline, testing::StartsWith("The student ships on 3 devices. The int8 networks of 3"));
  hall.devices[1].report.choice = report::ReportChoice{report::ModelRole::kControlInt8};
  EXPECT_THAT(summarize(hall).headline,
              testing::StartsWith("The student ships on 2 of 3 devices; the control arm, trained on labels only, ships "
                                  "on fan, where"));
}

TEST(HallReport, SaysWhatShipsOnEachDevice) {
  report::HallReport hall = test::hall_sample();
  hall.devices[1].report.choice = report::ReportChoice{report::ModelRole::kControlInt8};
  const std::string page = report::render_hall_html(hall);
  const size_t pump = page.find("pump</a>"), fan = page.find("fan</a>"), joint = page.find("joint</a>");
  EXPECT_THAT(page.substr(pump, fan - pump), HasSubstr("<td>student</td>"));
  EXPECT_THAT(page.substr(fan, joint - fan), HasSubstr("<td>control</td>"));
}

TEST(HallReport, EstimatesTheLatencyOfEachDevice) {
  report::HallReport hall = test::hall_sample();
  for (report::ReportModel& model : hall.devices[0].report.models) {
    if (model.on_device) model.on_device->latency_us = package::Estimate{true, 1500.0, 1200.0, 1800.0, "basis"};
  }
  EXPECT_THAT(report::render_hall_html(hall),
              HasSubstr("<td>1.50\u00A0ms<small>1.20\u00A0ms to 1.80\u00A0ms</small></td>"));
}

TEST(HallReport, NeverCallsMoreMacsFewer) {
  report::HallReport hall = test::hall_sample();
  const auto set_macs = [&](size_t device, int64_t teacher, int64_t student) {
    for (report::ReportModel& model : hall.devices[device].report.models) {
      model.macs = model.role == report::ModelRole::kTeacher ? teacher : student;
    }
  };
  for (size_t i = 0; i < 3; ++i) set_macs(i, 70000, 100000);
  EXPECT_THAT(summarize(hall).headline, HasSubstr("with 1.4 times more MACs"));
  EXPECT_THAT(report::render_hall_html(hall), HasSubstr("<td>1.4×\u00A0more<small>"));
  set_macs(2, 1290000, 10000);
  EXPECT_THAT(summarize(hall).headline, HasSubstr("with from 1.4 times more to 129 times fewer MACs"));
  set_macs(0, 33000, 10000);
  set_macs(1, 33000, 10000);
  EXPECT_THAT(summarize(hall).headline, HasSubstr("with 3.3 to 129 times fewer MACs"));
}

TEST(HallReport, LinksEachDevicesPageAndDrawsFourCharts) {
  const std::string page = report::render_hall_html(test::hall_sample());
  for (const char* id : {"pump", "fan", "robot&amp;joint"}) EXPECT_THAT(page, HasSubstr(std::string(id) + "</a>"));
  EXPECT_THAT(page, HasSubstr("href=\"../devices/fan/report/report.html\""));
  size_t drawings = 0;
  for (size_t at = page.find("role=\"img\""); at != std::string::npos; at = page.find("role=\"img\"", at + 1))
    ++drawings;
  EXPECT_EQ(drawings, 4U);
  EXPECT_THAT(page, HasSubstr("reads vibration_x, motor_current"));
}

TEST(HallReport, FitsATerminal) {
  const std::string text = report::render_hall_text(test::hall_sample());
  EXPECT_THAT(text, testing::ContainsRegex("pump +7 of 9 +2 of 5 "));
  size_t start = 0;
  for (size_t end = text.find('\n'); end != std::string::npos; start = end + 1, end = text.find('\n', start)) {
    const std::string line = text.substr(start, end - start);
    const auto width = std::count_if(line.begin(), line.end(), [](char c) { return (c & 0xC0) != 0x80; });
    EXPECT_LE(width, 100) << line;
  }
}

TEST(HallReport, OfNothingIsStillAPage) {
  EXPECT_THAT(report::render_hall_html(report::HallReport{}), HasSubstr("no device"));
  EXPECT_THAT(report::render_hall_text(report::HallReport{}), HasSubstr("no device"));
  EXPECT_EQ(Json::parse(report::hall_json_text(report::HallReport{})).at("devices").size(), 0U);
}

TEST(HallReport, ShowsErrorsWhereTheTaskIsRegression) {
  report::HallReport hall;
  hall.job = "engines";
  hall.devices.push_back({"engine", "engine.html", test::regression_sample()});
  EXPECT_THAT(report::render_hall_html(hall), HasSubstr("RMSE on each device&#39;s task"));
  EXPECT_THAT(summarize(hall).headline, HasSubstr("reach an RMSE of"));
}

TEST(RelevanceInTheReport, ComesBackFromJsonAndIsShown) {
  const report::ReportData report = test::hall_sample().devices[0].report;
  const auto again = report::report_from_json(report::to_json(report));
  ASSERT_TRUE(again) << again.error().text();
  EXPECT_EQ(report::to_json(*again).dump(), report::to_json(report).dump());
  const std::string page = report::render_html(report);
  EXPECT_THAT(page, HasSubstr("7 of 9: inner_race"));
  EXPECT_THAT(page, HasSubstr("256 of 512 steps, each the mean of 2"));
  Json wrong = report::to_json(report);
  wrong["relevance"]["has_other"] = 1;
  EXPECT_THAT(report::report_from_json(wrong).error().text(), HasSubstr("#/relevance/has_other"));
}

}  // namespace
}  // namespace apprentice
