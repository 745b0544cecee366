// SPDX-License-Identifier: Apache-2.0
#include "apprentice/report/requirements.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "apprentice/report/report.h"
#include "tests/report/sample.h"

namespace apprentice {
namespace {

using Json = nlohmann::ordered_json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const Json kReport = Json::parse(R"({
  "models": [
    {"role": "teacher", "classification": {"accuracy": 0.95}, "macs": 1000},
    {"role": "student_int8", "classification": {"accuracy": 0.9, "ece": null}, "macs": 100,
     "on_device": {"flash_bytes": 5000, "latency_us": {"value": 12.5, "low": 10, "high": 15, "basis": "x"}},
     "times_smaller_than_teacher": {"macs": 10.0}},
    {"role": "control_int8", "classification": {"accuracy": 0.85}}
  ],
  "gains": [{"mean": 0.05, "low": -0.01, "high": 0.11}, {"mean": 0.5, "low": 0.4, "high": 0.6}]
})");

std::vector<std::string> unmet(const std::string& text, const Json& report = kReport) {
  const auto requirements = report::parse_requirements(text);
  if (!requirements) return {requirements.error().text()};
  const auto sentences = report::unmet_requirements(*requirements, report);
  return sentences ? *sentences : std::vector<std::string>{sentences.error().text()};
}

TEST(Requirements, AreOfTheModelThatShipsAndOfTheLeadingGain) {
  EXPECT_THAT(unmet("accuracy>=0.9, gain>=0,macs<=100,flash_bytes<6e3,latency_us<=12.5,gain.low>-0.02"), IsEmpty());
  EXPECT_THAT(unmet("accuracy>0.9,gain>=0.1,macs<100"),
              ElementsAre("accuracy is 0.9, required is accuracy>0.9", "gain is 0.05, required is gain>=0.1",
                          "macs is 100, required is macs<100"));
  Json control = kReport;
  control["choice"] = {{"ships", "control_int8"}};
  EXPECT_THAT(unmet("accuracy>=0.9", control), ElementsAre("accuracy is 0.85, required is accuracy>=0.9"));
}

TEST(Requirements, NameOtherModelsByTheirRole) {
  EXPECT_THAT(unmet("teacher.accuracy>=0.95,control_int8.accuracy<=0.85"), IsEmpty());
  EXPECT_THAT(unmet("teacher.macs<1000"), ElementsAre("teacher.macs is 1000, required is teacher.macs<1000"));
}

TEST(Requirements, AreNotMetByWhatIsNotFinite) {
  EXPECT_THAT(unmet("ece<=1"), ElementsAre("ece is nan, required is ece<=1"));
  EXPECT_THAT(unmet("ece>=0"), ElementsAre("ece is nan, required is ece>=0"));
}

TEST(Requirements, RefuseNamesThatTheReportDoesNotHave) {
  EXPECT_THAT(
      unmet("acuracy>=0.9"),
      ElementsAre(testing::StartsWith("--require: the report has no figure 'acuracy'; did you mean 'accuracy'?")));
  EXPECT_THAT(unmet("gain>=0", Json{{"models", Json::array()}}), ElementsAre(HasSubstr("no figure 'gain'")));
}

TEST(Requirements, RefuseWhatIsNone) {
  for (const char* text :
       {"", "accuracy", ">=1", "accuracy>=", "accuracy>=x", "accuracy==1", "a>=1,", "a>=nan", "a>=1e999", "a>=1%"}) {
    EXPECT_FALSE(report::parse_requirements(text)) << text;
  }
  EXPECT_THAT(report::parse_requirements("accuracy=0.9").error().text(), HasSubstr("expected a name, >=, <=, > or <"));
}

TEST(Requirements, FindTheFiguresOfAWholeReport) {
  const auto json = [](const report::ReportData& report) { return Json::parse(report::report_json_text(report)); };
  EXPECT_THAT(unmet("accuracy>0,macro_f1>0,balanced_accuracy>0,gain.low>-1,instructions>0,ram_bytes>0,macs>0",
                    json(test::classification_sample(test::bearing_classes()))),
              IsEmpty());
  EXPECT_THAT(unmet("rmse<1e9,mae<1e9,gain>-1e9", json(test::regression_sample())), IsEmpty());
}

}  // namespace
}  // namespace apprentice
