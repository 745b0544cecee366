// SPDX-License-Identifier: Apache-2.0
// The jobs of examples/ on the real data: all of them checked, three of them run with one epoch.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <nlohmann/json.hpp>
#include <regex>

#include "apprentice/base/files.h"
#include "program.h"
#include "tests/support/real_data.h"

namespace apprentice::test {
namespace {

// The job as it stands, but with one epoch everywhere, two views and one seed. The student ships, however poor it is.
std::string shortened(const std::string& name) {
  std::string text = read_file(source_folder() + "/examples/" + name + "/job.toml").value_or("");
  for (const auto& [key, value] : {std::pair{"epochs", 1}, std::pair{"count", 2}, std::pair{"seeds", 1}}) {
    text =
        std::regex_replace(text, std::regex(fmt::format("\n{} = [0-9]+", key)), fmt::format("\n{} = {}", key, value));
  }
  return std::regex_replace(text, std::regex("\n\\[control\\]\n"), "\n[control]\nfallback = false\n");
}

// Report of the shortened example, run to its end.
nlohmann::json run_example(const std::string& name) {
  const Scratch scratch;
  EXPECT_TRUE(write_file(scratch.path("job.toml"), shortened(name)));
  const Finished done = run_program({"distill", "job.toml", "--run", "run"}, scratch.path());
  EXPECT_EQ(done.exit_code, 0) << done.err;
  return nlohmann::json::parse(read_file(scratch.path("run/report/report.json")).value_or("null"));
}

class Examples : public ::testing::Test {
 protected:
  void SetUp() override {
    APPRENTICE_NEEDS_DATA();
    ::setenv("APPRENTICE_DATA", data_folder().c_str(), 1);
  }
};

void expect_proven_student(const nlohmann::json& report) {
  const auto& student = report.at("models").at(3);
  EXPECT_EQ(student.at("role"), "student_int8");
  EXPECT_EQ(student.at("on_device").at("vectors"), 256);
  EXPECT_EQ(student.at("on_device").at("vectors_equal"), 256);
  EXPECT_TRUE(report.at("provenance").at("leak_warning").get<std::string>().empty());
}

TEST_F(Examples, AllPassTheirCheck) {
  for (const char* name : {"kws/job", "cwru/job", "cwru/spectrum", "cwru64/job", "tep/job", "cifar10/job", "cmapss/job",
                           "hydraulic/job"}) {
    const Finished done = run_program({"check", source_folder() + "/examples/" + name + ".toml"}, "/");
    EXPECT_EQ(done.exit_code, 0) << name << ": " << done.err;
    // Two of the keyword clips are there twice.
    const bool copies = std::string(name) == "kws/job";
    const auto told = testing::HasSubstr(copies ? "2 of 200 test samples are training samples" : "warning");
    if (copies) {
      EXPECT_THAT(done.out + done.err, told);
    } else {
      EXPECT_THAT(done.out + done.err, testing::Not(told)) << name;
    }
  }
}

TEST_F(Examples, FoldsAreJobs) {
  for (const char* name : {"fold_fixed", "fold_views"}) {
    const Finished done = run_program({"explain", source_folder() + "/examples/kws/" + name + ".toml"}, "/");
    EXPECT_EQ(done.exit_code, 0) << name << ": " << done.err;
  }
}

TEST_F(Examples, KeywordsLearnFromTheDsCnn) {
  const nlohmann::json report = run_example("kws");
  ASSERT_TRUE(report.is_object());
  EXPECT_EQ(report.at("test_samples"), 200);
  EXPECT_NEAR(report.at("models").at(0).at("classification").at("accuracy").get<double>(), 0.90, 0.02);
  expect_proven_student(report);
}

TEST_F(Examples, ProcessFaultsLearnFromATaughtTeacher) {
  const nlohmann::json report = run_example("tep");
  ASSERT_TRUE(report.is_object());
  EXPECT_GT(report.at("models").at(0).at("classification").at("accuracy").get<double>(), 0.2);
  expect_proven_student(report);
}

TEST_F(Examples, EnginesAreJudgedByTheirRemainingLife) {
  const nlohmann::json report = run_example("cmapss");
  ASSERT_TRUE(report.is_object());
  EXPECT_EQ(report.at("test_samples"), 100);
  EXPECT_EQ(report.at("target_unit"), "cycles");
  for (const auto& model : report.at("models")) {
    EXPECT_LT(model.at("regression").at("rmse"), 45.0) << model.at("role");  // the mean of the targets has about 41
    EXPECT_GT(model.at("nasa_score"), 0.0) << model.at("role");
  }
  expect_proven_student(report);
}

}  // namespace
}  // namespace apprentice::test
