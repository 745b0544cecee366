// SPDX-License-Identifier: Apache-2.0
#include "apprentice/report/results_page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "apprentice/base/files.h"
#include "tests/report/sample.h"
#include "tests/support/real_data.h"

namespace apprentice {
namespace {

using ::testing::HasSubstr;

std::string proof() {
  package::DeviceReport report;
  report.device = "stm32l4r5";
  report.core = "cortex-m4";
  report.vectors = 10000;
  report.vectors_equal = 9999;
  return package::to_json(report).dump();
}

// A run directory as the report and prove verbs leave it.
void write_run(const std::string& folder) {
  ASSERT_TRUE(make_folder(folder + "/report"));
  ASSERT_TRUE(make_folder(folder + "/proof"));
  ASSERT_TRUE(write_file(folder + "/report/report.json",
                         report::report_json_text(test::classification_sample(test::bearing_classes()))));
  ASSERT_TRUE(write_file(folder + "/proof/stm32l4r5.json", proof()));
  ASSERT_TRUE(
      write_file(folder + "/run.json",
                 R"({"identity": {"[loss]": {"name": "kd", "T": 2.0, "hard_weight": 0.5, "soft_weight": 0.5}}})"));
}

TEST(Results, ShowsQualityAndProofsOfEachRun) {
  const test::Scratch scratch;
  write_run(scratch.path("run"));
  const Result<std::vector<report::FinishedRun>> runs = report::read_finished_runs(scratch.path("run"));
  ASSERT_TRUE(runs) << runs.error().text();
  ASSERT_EQ(runs->size(), 1U);
  const std::string page = report::render_results({runs->front(), runs->front()}, "# Two runs\n");
  EXPECT_EQ(page.rfind("# Two runs\n", 0), 0U);
  EXPECT_THAT(page, HasSubstr("| stm32l4r5 | cortex-m4 | 9\u00a0999 of 10\u00a0000 |"));
  EXPECT_THAT(page, HasSubstr(runs->front().report.job));
  EXPECT_THAT(page, HasSubstr("| kd:T=2.0,hard_weight=0.5,soft_weight=0.5 |"));
  EXPECT_EQ(page.find("ONNX Runtime"), std::string::npos);
}

TEST(Results, LetsNoTitleWriteMarkdown) {
  const test::Scratch scratch;
  write_run(scratch.path("run"));
  report::FinishedRun run = report::read_finished_runs(scratch.path("run"))->front();
  run.report.job = "a|b <img src=x> [c](http://d) `e`\n# f";
  const std::string page = report::render_results({run}, "");
  EXPECT_THAT(page, HasSubstr("| a\\|b \\<img src=x\\> \\[c\\](http://d) \\`e\\` # f |"));
}

TEST(Results, ShowsWhatOnnxRuntimeSaid) {
  const test::Scratch scratch;
  write_run(scratch.path("run"));
  ASSERT_TRUE(write_file(scratch.path("run/proof/onnx_runtime.json"),
                         R"({"samples": 100, "bytes": 1200, "different_samples": 2, "different_bytes": 3,
                             "largest_difference": 1, "without_near_tie": 0})"));
  const Result<std::vector<report::FinishedRun>> runs = report::read_finished_runs(scratch.path("run"));
  ASSERT_TRUE(runs) << runs.error().text();
  EXPECT_EQ(runs->front().proofs.size(), 1U);
  EXPECT_THAT(report::render_results(*runs, ""), HasSubstr("| 100 | 3 of 1\u00a0200 | 1 | 0 |"));
}

TEST(Results, TakesEachDeviceOfAHall) {
  const test::Scratch scratch;
  ASSERT_TRUE(make_folder(scratch.path("hall/report")));
  ASSERT_TRUE(write_file(scratch.path("hall/report/hall.json"), "{}"));
  write_run(scratch.path("hall/devices/fan"));
  write_run(scratch.path("hall/devices/pump"));
  const Result<std::vector<report::FinishedRun>> runs = report::read_finished_runs(scratch.path("hall"));
  ASSERT_TRUE(runs) << runs.error().text();
  EXPECT_EQ(runs->size(), 2U);
}

TEST(Results, RefusesWhatIsNoFinishedRun) {
  const test::Scratch scratch;
  EXPECT_THAT(report::read_finished_runs(scratch.path("nothing")).error().text(), HasSubstr("report/report.json"));
  write_run(scratch.path("run"));
  ASSERT_TRUE(write_file(scratch.path("run/run.json"), R"({"identity": {}})"));
  EXPECT_THAT(report::read_finished_runs(scratch.path("run")).error().text(), HasSubstr("run.json#/identity/[loss]"));
  write_run(scratch.path("run"));
  ASSERT_TRUE(write_file(scratch.path("run/proof/stm32l4r5.json"), R"({"device": 4})"));
  EXPECT_THAT(report::read_finished_runs(scratch.path("run")).error().text(), HasSubstr("stm32l4r5.json#/device"));
}

TEST(Results, GivesTheNasaScoreOfRemainingLives) {
  report::FinishedRun run;
  run.report = test::regression_sample();
  for (report::ReportModel& model : run.report.models)
    model.nasa_score = model.role == report::ModelRole::kTeacher ? 300.0 : 412.0;
  EXPECT_THAT(report::render_results({run}, ""), HasSubstr("NASA score: teacher 300, student 412, control –."));
}

}  // namespace
}  // namespace apprentice
