// SPDX-License-Identifier: Apache-2.0
// The whole chain on the host device, and what the run directory promises.
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

// One run of the chain, shared by the tests that only look at it.
class Distill : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    scratch_ = new Scratch;
    write_waves(scratch_->path());
    write_job(small_job("x86-64-host"), scratch_->path("job.toml"));
    first_ = run_program({"distill", "job.toml", "--run", "run"}, scratch_->path());
  }
  static void TearDownTestSuite() { delete scratch_; }
  static std::string path(const std::string& name) { return scratch_->path(name); }

  static Scratch* scratch_;
  static Finished first_;
};
Scratch* Distill::scratch_ = nullptr;
Finished Distill::first_;

TEST_F(Distill, EndsWithATableAndTheReportsPath) {
  ASSERT_EQ(first_.exit_code, 0) << first_.err;
  EXPECT_THAT(first_.out, HasSubstr("run/report/report.html"));
  EXPECT_THAT(read_file(path("run/report/report.html")).value_or(""), HasSubstr("<svg"));
}

TEST_F(Distill, ScoresFiveModelsAndProvesEveryVector) {
  const nlohmann::json report = read_json(path("run/report/report.json"));
  std::vector<std::string> roles;
  for (const auto& model : report.at("models")) roles.push_back(model.at("role"));
  EXPECT_THAT(roles, testing::ElementsAre("teacher", "student", "control", "student_int8", "control_int8"));
  const nlohmann::json device = read_json(path("run/device/report.json"));
  EXPECT_EQ(device.at("vectors"), 20);
  EXPECT_EQ(device.at("vectors_equal"), 20);
}

TEST_F(Distill, SharesTheStudentsCostAmongItsLayers) {
  const nlohmann::json report = read_json(path("run/report/report.json"));
  int64_t macs = 0;
  for (const auto& layer : report.at("layers")) macs += layer.at("macs").get<int64_t>();
  EXPECT_EQ(macs, report.at("models").at(3).at("macs").get<int64_t>());
}

TEST_F(Distill, WritesEveryFileOfTheLayout) {
  for (const char* name :
       {"check.json", "baselines/baselines.json", "teacher/teacher0.onnx", "student/model.apnet", "control/model.apnet",
        "student/int8.apq", "control/int8.apq", "shipped/package/manifest.json", "shipped/model.onnx",
        "shipped/model_int8.onnx", "student/history.json"}) {
    EXPECT_TRUE(file_exists(path("run/") + name)) << name;
  }
  EXPECT_FALSE(file_exists(path("run/student/checkpoints")));
}

TEST_F(Distill, DoesNothingTheSecondTime) {
  const Finished again = run_program({"distill", "run"}, path(""));
  ASSERT_EQ(again.exit_code, 0) << again.err;
  EXPECT_THAT(again.err, testing::Not(HasSubstr("done in")));
  EXPECT_EQ(again.out, first_.out);
}

TEST_F(Distill, MeasuresMoreVectorsWithoutTrainingAgain) {
  const Finished more = run_program({"measure", "run", "--vectors", "64"}, path(""));
  ASSERT_EQ(more.exit_code, 0) << more.err;
  EXPECT_THAT(more.err, testing::ContainsRegex("train +nothing to do"));
  EXPECT_THAT(more.out, HasSubstr("64 of 64 answers bit-equal"));
}

TEST_F(Distill, ProvesTheStudentOnSeveralDevicesAndKeepsTheInputs) {
  const Finished proof =
      run_program({"prove", "run", "--vectors", "40", "--device", "x86-64-host", "--device", "rp2040"}, path(""));
  ASSERT_EQ(proof.exit_code, 0) << proof.err;
  EXPECT_THAT(proof.out, testing::ContainsRegex("x86-64-host.*40 of 40 equal"));
  EXPECT_THAT(proof.out, testing::ContainsRegex("rp2040.*40 of 40 equal"));
  EXPECT_EQ(read_json(path("run/proof/rp2040.json")).at("core"), "cortex-m0plus");
  EXPECT_TRUE(file_exists(path("run/proof/samples.npy")));
  EXPECT_TRUE(file_exists(path("run/proof/answers.npy")));
  EXPECT_EQ(read_json(path("run/device/report.json")).at("device"), "x86-64-host");
  EXPECT_THAT(proof.err, HasSubstr("prove 0/80"));  // of both, from the first line on
  const Finished twice = run_program({"prove", "run", "--device", "rp2040", "--device", "rp2040"}, path(""));
  EXPECT_EQ(twice.exit_code, 2);
  EXPECT_THAT(twice.err, HasSubstr("--device: 'rp2040' is given twice"));
}

TEST_F(Distill, RepairsAChangedFile) {
  const std::string model = path("run/student/model.apnet");
  const std::string before = read_file(model).value_or("");
  ASSERT_TRUE(write_file(model, "tampered"));
  ASSERT_EQ(run_program({"train", "run"}, path("")).exit_code, 0);
  EXPECT_EQ(read_file(model).value_or(""), before);
}

TEST_F(Distill, AsksForMoreSeedsOfAFinishedRunAndTrainsOnlyThose) {
  JobTables tables = small_job("x86-64-host");
  tables["[control]"] = "seeds = 2\n";
  write_job(tables, path("seeds.toml"));
  const std::string shipped = read_file(path("run/student/model.apnet")).value_or("");
  const Finished more = run_program({"distill", "seeds.toml", "--run", "run"}, path(""));
  ASSERT_EQ(more.exit_code, 0) << more.err;
  EXPECT_EQ(read_file(path("run/student/model.apnet")).value_or(""), shipped);
  EXPECT_NE(read_file(path("run/student-2/model.apnet")).value_or(""), shipped);
  const nlohmann::json report = read_json(path("run/report/report.json"));
  EXPECT_EQ(report.at("seeds").size(), 2U);
  EXPECT_EQ(report.at("gains").at(0).at("seeds"), 2);
  ASSERT_EQ(run_program({"distill", "job.toml", "--run", "run"}, path("")).exit_code, 0);
}

TEST_F(Distill, RefusesARunDirectoryMadeByOtherInputs) {
  JobTables other = small_job("x86-64-host");
  other["[train]"] = "epochs = 5\nbatch_size = 16\n";
  write_job(other, path("other.toml"));
  const Finished refused = run_program({"distill", "other.toml", "--run", "run"}, path(""));
  EXPECT_EQ(refused.exit_code, 2);
  EXPECT_THAT(refused.err, HasSubstr("[train] epochs: 12 there, 5 here"));
}

TEST_F(Distill, StopsAtCtrlCWhereItCanResume) {
  JobTables longer = small_job("x86-64-host");
  longer["[train]"] = "epochs = 2000\nbatch_size = 16\n";
  write_job(longer, path("longer.toml"));
  Limits limits;
  limits.interrupt_at = "samples/s  left ";  // a training so long that it tells the time left
  const Finished stopped = run_program({"train", "longer.toml", "--run", "longer"}, path(""), limits);
  EXPECT_EQ(stopped.exit_code, 130) << stopped.err;
  EXPECT_THAT(stopped.err, HasSubstr("run the same command again to resume"));
  EXPECT_FALSE(list_folder(path("longer/student/checkpoints")).empty());
}

// As a library that corrupts the heap ends it.
TEST_F(Distill, SaysHowToGoOnWhereAFaultEndsIt) {
  JobTables longer = small_job("x86-64-host");
  longer["[train]"] = "epochs = 2000\nbatch_size = 16\n";
  write_job(longer, path("faulty.toml"));
  Limits limits;
  limits.interrupt_at = " val ";
  limits.signal = SIGABRT;
  const Finished ended = run_program({"train", "faulty.toml", "--run", "faulty"}, path(""), limits);
  EXPECT_EQ(ended.exit_code, 128 + SIGABRT) << ended.err;
  EXPECT_THAT(ended.err, HasSubstr("run the same command again to resume"));
  EXPECT_FALSE(list_folder(path("faulty")).empty());
}

}  // namespace
}  // namespace apprentice::test
