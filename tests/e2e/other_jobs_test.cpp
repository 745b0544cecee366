// SPDX-License-Identifier: Apache-2.0
// The whole chain for jobs of other kinds: a number instead of a class, and a taught ensemble.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <set>

#include "apprentice/base/files.h"
#include "program.h"
#include "small_job.h"
#include "tests/support/real_data.h"

namespace apprentice::test {
namespace {

using ::testing::HasSubstr;
using Json = nlohmann::json;

// What stands in run/report/report.json after `distill` of these tables.
Json report_of(const JobTables& tables, const Scratch& scratch) {
  write_waves(scratch.path());
  write_job(tables, scratch.path("job.toml"));
  const Finished done = run_program({"distill", "job.toml", "--run", "run"}, scratch.path());
  EXPECT_EQ(done.exit_code, 0) << done.err;
  return Json::parse(read_file(scratch.path("run/report/report.json")).value_or("null"));
}

// Column b of write_waves() is 3 - 2 * wave + noise of deviation 1, column a is wave + noise: b can be told from a with
// an error of about 1.4, while b itself deviates by about 1.7.
TEST(RegressionJob, ReportsErrorsInTheUnitOfTheTarget) {
  const Scratch scratch;
  JobTables tables = small_job("x86-64-host");
  tables["[data]"] =
      "task = \"regression\"\nformat = \"csv\"\npath = \"waves.csv\"\ntarget = \"b\"\ngroup = \"run\"\n"
      "attributes = [\"side\", \"kind\"]\ninputs = [\"a\"]\n[data.window]\nlength = 16\nstride = 4\n";
  tables["[loss]"] = "name = \"mse\"\n";
  const Json report = report_of(tables, scratch);
  EXPECT_EQ(report.at("task"), "regression");
  EXPECT_EQ(report.at("target_name"), "b");
  EXPECT_EQ(report.at("validation_metric_name"), "negative RMSE");
  EXPECT_TRUE(report.at("class_names").empty());
  ASSERT_EQ(report.at("models").size(), 5U);
  for (const Json& model : report.at("models")) {
    const std::string role = model.at("role");
    const Json& errors = model.at("regression");
    EXPECT_FALSE(model.contains("classification")) << role;
    EXPECT_EQ(errors.at("samples"), report.at("test_samples")) << role;
    const double rmse = errors.at("rmse"), mae = errors.at("mae"), r2 = errors.at("r2");
    EXPECT_GT(mae, 0.0) << role;
    EXPECT_GE(rmse, mae) << role;
    EXPECT_GT(r2, 0.05) << role;                                  // better than the mean of the targets
    EXPECT_NEAR(rmse / std::sqrt(1.0 - r2), 1.75, 0.35) << role;  // the deviation of b, found back from both
  }
  EXPECT_GT(report.at("gains").size(), 0U);
  const std::string page = read_file(scratch.path("run/report/report.html")).value_or("");
  EXPECT_THAT(page, testing::AllOf(HasSubstr("RMSE"), HasSubstr("<svg"), testing::Not(HasSubstr("onfusion"))));
}

TEST(TaughtEnsemble, AnswersAsTheMeanOfItsMembers) {
  const Scratch scratch;
  JobTables tables = small_job("x86-64-host");
  tables["[teach]"] =
      "family = \"conv1d\"\nwidth = 12\ndepth = 2\nmembers = 3\n[teach.train]\nepochs = 10\nbatch_size = 16\n";
  tables["[train]"] = "epochs = 4\nbatch_size = 16\n";
  const Json report = report_of(tables, scratch);
  std::set<std::string> networks;
  for (const char* name : {"run/teacher/teacher0.onnx", "run/teacher/teacher1.onnx", "run/teacher/teacher2.onnx"}) {
    networks.insert(hash_file(scratch.path(name)).value_or("missing"));
  }
  EXPECT_EQ(networks.size(), 3U);
  EXPECT_EQ(networks.count("missing"), 0U);
  const Json& teacher = report.at("models").at(0);
  EXPECT_EQ(teacher.at("role"), "teacher");
  EXPECT_THAT(teacher.at("detail").get<std::string>(), HasSubstr("ensemble of 3"));
  const Finished one = run_program({"inspect", "run/teacher/teacher0.onnx", "--json"}, scratch.path());
  ASSERT_EQ(one.exit_code, 0) << one.err;
  EXPECT_EQ(teacher.at("macs"), 3 * Json::parse(one.out).at("macs").get<int64_t>());
  EXPECT_GT(teacher.at("classification").at("accuracy"), 0.5);
}

// Of 32 x 2 samples: what is written is a model that the source xgboost reads, alone and beside a network.
TEST(TaughtTrees, TeachWindowsByTheirStatistics) {
  const Scratch scratch;
  JobTables tables = small_job("x86-64-host");
  tables["[teach]"] = "family = \"trees\"\nrounds = 60\nlearning_rate = 0.2\n";
  tables["[train]"] = "epochs = 4\nbatch_size = 16\n";
  const Json report = report_of(tables, scratch);
  const Json& teacher = report.at("models").at(0);
  EXPECT_THAT(teacher.at("detail").get<std::string>(), HasSubstr("multi:softprob"));
  EXPECT_GT(teacher.at("classification").at("accuracy"), 0.6);
  const Finished shown = run_program({"inspect", "run/teacher/teacher0.json"}, scratch.path());
  EXPECT_THAT(shown.out, HasSubstr("XGBoost"));
  const Finished checked = run_program({"check", "job.toml"}, scratch.path());
  EXPECT_THAT(checked.out, HasSubstr("to be taught: boosted trees"));
}

// The tables that a look prints make a job of [data] and [split], which has no others yet.
TEST(Look, PrintsTheTablesThatAJobOfDataAloneIsMissing) {
  const Scratch scratch;
  write_waves(scratch.path());
  JobTables tables = small_job("x86-64-host");
  for (const char* table : {"[teach]", "[student]", "[loss]", "[views]", "[control]"}) tables.erase(table);
  write_job(tables, scratch.path("job.toml"));
  const Finished looked = run_program({"look", "job.toml"}, scratch.path());
  ASSERT_EQ(looked.exit_code, 0) << looked.err;
  EXPECT_THAT(looked.out, testing::AllOf(HasSubstr("# Tried: conv1d "), HasSubstr("(taken)"), HasSubstr("[student]")));
  const std::string job = read_file(scratch.path("job.toml")).value_or("") + "\n";
  ASSERT_TRUE(write_file(scratch.path("whole.toml"), job + looked.out.substr(looked.out.find("# Networks"))));
  const Finished checked = run_program({"check", "whole.toml"}, scratch.path());
  EXPECT_EQ(checked.exit_code, 0) << checked.err << looked.out;
}

}  // namespace
}  // namespace apprentice::test
