// SPDX-License-Identifier: Apache-2.0
// A student that its teacher made worse does not ship: the control arm does, and everything says so.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "apprentice/base/files.h"
#include "program.h"
#include "small_job.h"
#include "tests/support/real_data.h"

namespace apprentice::test {
namespace {

using ::testing::HasSubstr;

nlohmann::json read_json(const std::string& path) { return nlohmann::json::parse(read_file(path).value_or("null")); }

// Clear waves; a good teacher whose classes the job names in the wrong order, and a student that listens to it alone.
JobTables clear_job() {
  JobTables tables = small_job("x86-64-host");
  tables["[split]"] = "by = \"group\"\ntrain = 0.4\nvalidation = 0.4\ntest = 0.2\n";
  tables["[teach]"] =
      "family = \"conv1d\"\nwidth = 12\ndepth = 2\n[teach.train]\nepochs = 60\nbatch_size = 16\nlearning_rate = 0.01\n";
  tables["[train]"] = "epochs = 60\nbatch_size = 16\nlearning_rate = 0.01\n";
  return tables;
}

JobTables misled_job(const std::string& control) {
  JobTables tables = clear_job();
  tables.erase("[teach]");
  tables["[teacher]"] = "source = \"onnx\"\npath = \"teacher.onnx\"\nclasses = [\"mixed\", \"slow\", \"fast\"]\n";
  tables["[loss]"] = "name = \"kd\"\nhard_weight = 0.0\nsoft_weight = 1.0\n";
  tables["[control]"] = control;
  return tables;
}

const nlohmann::json& model_of(const nlohmann::json& report, const std::string& role) {
  for (const auto& model : report.at("models")) {
    if (model.at("role") == role) return model;
  }
  throw std::runtime_error("no model " + role);
}

class Fallback : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    scratch_ = new Scratch;
    write_waves(scratch_->path(), 0.05);
    write_job(clear_job(), scratch_->path("teach.toml"));
    const Finished taught =
        run_program({"teach", "teach.toml", "--run", "taught", "--out", "teacher.onnx"}, scratch_->path());
    ASSERT_EQ(taught.exit_code, 0) << taught.err;
  }
  static void TearDownTestSuite() { delete scratch_; }
  static Finished distill(const std::string& control) {
    write_job(misled_job(control), scratch_->path("job.toml"));
    Finished done = run_program({"distill", "job.toml", "--run", "run"}, scratch_->path());
    EXPECT_EQ(done.exit_code, 0) << done.err;
    return done;
  }
  static nlohmann::json json(const std::string& name) { return read_json(scratch_->path("run/" + name)); }

  static Scratch* scratch_;
};
Scratch* Fallback::scratch_ = nullptr;

TEST_F(Fallback, ShipsTheControlArmAndSaysSoEverywhere) {
  const Finished done = distill("");
  EXPECT_THAT(done.err, HasSubstr("The control arm ships, not the distilled student, which on the validation split"));
  EXPECT_THAT(done.out, HasSubstr("The control arm ships, not the distilled student"));
  EXPECT_EQ(json("choice.json").at("ships"), "control_int8");
  EXPECT_LT(json("choice.json").at("validation").at("high").get<double>(), 0.0);
  EXPECT_EQ(json("shipped/package/manifest.json").at("arm"), "control");
  const nlohmann::json report = json("report/report.json");
  EXPECT_EQ(report.at("choice").at("ships"), "control_int8");
  EXPECT_EQ(model_of(report, "control_int8").at("on_device").at("vectors_equal"), 20);
  EXPECT_FALSE(model_of(report, "student_int8").contains("on_device"));
  EXPECT_THAT(report.at("summary").at("headline").get<std::string>(),
              testing::AllOf(testing::StartsWith("The control arm ships"), HasSubstr("the int8 control arm")));
  EXPECT_THAT(read_file(scratch_->path("run/report/report.html")).value_or(""), HasSubstr("The control arm ships"));
}

TEST_F(Fallback, ShipsTheStudentWhereTheJobInsistsAndStillWarns) {
  distill("");
  const std::string control = json("shipped/package/manifest.json").at("net_fingerprint");
  const Finished done = distill("fallback = false\n");
  EXPECT_THAT(done.err, HasSubstr("WARNING: The distilled student ships, as the job asks, although"));
  EXPECT_EQ(json("shipped/package/manifest.json").at("arm"), "student");
  EXPECT_NE(json("shipped/package/manifest.json").at("net_fingerprint"), control);
  EXPECT_TRUE(model_of(json("report/report.json"), "student_int8").contains("on_device"));
  distill("fallback = true\n");
  EXPECT_EQ(json("shipped/package/manifest.json").at("net_fingerprint"), control);
}

TEST_F(Fallback, ChooseNamesTheArm) {
  distill("");
  EXPECT_EQ(run_program({"choose", "run"}, scratch_->path()).out, "control\n");
}

}  // namespace
}  // namespace apprentice::test
