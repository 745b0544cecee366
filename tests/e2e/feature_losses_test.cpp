// SPDX-License-Identifier: Apache-2.0
// The whole chain with every loss that looks into the teacher: taps found, features stored, adapters left behind.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <sstream>

#include "apprentice/base/files.h"
#include "program.h"
#include "small_job.h"
#include "tests/support/real_data.h"

namespace apprentice::test {
namespace {

using ::testing::HasSubstr;

nlohmann::json read_json(const std::string& path) { return nlohmann::json::parse(read_file(path).value_or("null")); }

// Names of the losses whose summary says that they look at features.
std::vector<std::string> feature_losses() {
  std::istringstream lines(run_program({"list", "losses"}, "/").out);
  std::vector<std::string> names;
  for (std::string line; std::getline(lines, line);) {
    if (line.find("features: ") != std::string::npos) names.push_back(line.substr(0, line.find(' ')));
  }
  return names;
}

JobTables feature_job(const std::string& loss) {
  JobTables tables = small_job("x86-64-host");
  tables["[loss]"] = "name = \"" + loss + "\"\n";
  tables["[teach]"] = "family = \"conv1d\"\nwidth = 12\ndepth = 2\n[teach.train]\nepochs = 3\nbatch_size = 16\n";
  tables["[train]"] = "epochs = 3\nbatch_size = 16\n";
  return tables;
}

// The store that keeps features; null where there is none.
nlohmann::json feature_store(const std::string& run) {
  for (const auto& entry : std::filesystem::directory_iterator(run + "/targets")) {
    const nlohmann::json store = read_json(entry.path().string() + "/store.json");
    if (store.contains("features")) return store;
  }
  return nullptr;
}

class FeatureLosses : public ::testing::Test {
 protected:
  void SetUp() override { write_waves(scratch_.path()); }
  Finished run_job(const JobTables& tables, const std::vector<std::string>& arguments) {
    write_job(tables, scratch_.path("job.toml"));
    return run_program(arguments, scratch_.path());
  }
  Scratch scratch_;
};

TEST_F(FeatureLosses, DistillASmallJobEach) {
  const std::vector<std::string> losses = feature_losses();
  EXPECT_EQ(losses.size(), 10U);
  for (const std::string& loss : losses) {
    const Finished finished = run_job(feature_job(loss), {"distill", "job.toml", "--run", loss});
    ASSERT_EQ(finished.exit_code, 0) << loss << ": " << finished.err;
    EXPECT_THAT(read_file(scratch_.path(loss + "/student/history.json")).value_or(""), HasSubstr(loss)) << loss;
    const nlohmann::json store = feature_store(scratch_.path(loss)),
                         foreseen = read_json(scratch_.path(loss + "/check.json"));
    ASSERT_TRUE(store.is_object()) << loss;
    EXPECT_EQ(store.at("features"), foreseen.at("features")) << loss;
    const nlohmann::json device = read_json(scratch_.path(loss + "/device/report.json"));
    EXPECT_EQ(device.at("vectors_equal"), 20) << loss;
    // As large as the student was before any adapter was made, but for instructions that hold zero points.
    const auto flash = [](const nlohmann::json& report) { return report.at("flash_bytes").at("value").get<double>(); };
    EXPECT_NEAR(flash(device), flash(foreseen.at("device_untrained")), 128) << loss;
  }
}

TEST_F(FeatureLosses, TellTheirSizeAndTheirTapsBeforeTheWork) {
  const Finished check = run_job(feature_job("fitnet"), {"check", "job.toml"});
  ASSERT_EQ(check.exit_code, 0) << check.err;
  EXPECT_THAT(check.out, ::testing::ContainsRegex("answers +[0-9.]+ KiB on disk; features [a-z_0-9]+/out \\[12, 1, "));
}

TEST_F(FeatureLosses, LookWhereTheJobSays) {
  JobTables tables = feature_job("at");
  tables["[loss]"] += "student_taps = [\"relu_2\"]\nteacher_taps = [\"relu_1/out\"]\n";
  const Finished labelled = run_job(tables, {"label", "job.toml", "--run", "run"});
  ASSERT_EQ(labelled.exit_code, 0) << labelled.err;
  const nlohmann::json features = feature_store(scratch_.path("run")).at("features");
  ASSERT_EQ(features.size(), 1U);
  EXPECT_EQ(features[0].at("name"), "relu_1/out");
  tables["[loss]"] = "name = \"at\"\nteacher_taps = [\"relu_9\"]\n";
  const Finished refused = run_job(tables, {"check", "job.toml"});
  EXPECT_EQ(refused.exit_code, 2);
  EXPECT_THAT(refused.err, HasSubstr("has no value 'relu_9'"));
}

TEST_F(FeatureLosses, ListTheFeaturesOfModels) {
  ASSERT_EQ(run_job(feature_job("kd"), {"train", "job.toml", "--run", "run"}).exit_code, 0);
  const Finished teacher = run_program({"inspect", "run/teacher/teacher0.onnx", "--features"}, scratch_.path());
  EXPECT_EQ(teacher.exit_code, 0) << teacher.err;
  EXPECT_THAT(teacher.out, ::testing::ContainsRegex("maps +\\[12, 1, [0-9]+\\] +[a-z_0-9]+/out"));
  EXPECT_THAT(teacher.out, HasSubstr("vector"));
  const Finished student = run_program({"inspect", "run/student/model.apnet", "--features", "--json"}, scratch_.path());
  const nlohmann::json features = nlohmann::json::parse(student.out);
  ASSERT_FALSE(features.empty());
  EXPECT_EQ(features.back().at("kind"), "vector");
  EXPECT_EQ(features.back().at("shape"), nlohmann::json::array({8}));
}

}  // namespace
}  // namespace apprentice::test
