// SPDX-License-Identifier: Apache-2.0
// compare: one store, all methods and the control arm; resumes; validation chooses.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "apprentice/base/files.h"
#include "program.h"
#include "small_job.h"
#include "tests/support/real_data.h"

namespace apprentice::test {
namespace {

using ::testing::HasSubstr;
using ::testing::UnorderedElementsAre;

nlohmann::json read_json(const std::string& path) { return nlohmann::json::parse(read_file(path).value_or("null")); }

std::vector<std::string> names_of(const nlohmann::json& comparison) {
  std::vector<std::string> names;
  for (const auto& method : comparison.at("methods")) names.push_back(method.at("name"));
  return names;
}

double mean_validation(const nlohmann::json& method) {
  double sum = 0.0;
  for (const auto& seed : method.at("seeds")) sum += seed.at("validation").get<double>();
  return sum / static_cast<double>(method.at("seeds").size());
}

// One comparison, shared by the tests that only look at it.
class Compare : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    scratch_ = new Scratch;
    write_waves(scratch_->path());
    write_job(small_job("x86-64-host"), scratch_->path("job.toml"));
    first_ = compare("run", "2");
  }
  static void TearDownTestSuite() { delete scratch_; }
  static Finished compare(const std::string& run, const std::string& seeds, const Limits& limits = {}) {
    return run_program({"compare", "job.toml", "--run", run, "--methods", "ce,kd,dkd:T=2", "--seeds", seeds},
                       scratch_->path(), limits);
  }
  static std::string path(const std::string& name) { return scratch_->path(name); }
  static std::string bytes(const std::string& name) { return read_file(path(name)).value_or("missing " + name); }

  static Scratch* scratch_;
  static Finished first_;
};
Scratch* Compare::scratch_ = nullptr;
Finished Compare::first_;

TEST_F(Compare, TrainsEveryMethodAndTheControlArmWithEverySeed) {
  ASSERT_EQ(first_.exit_code, 0) << first_.err;
  const nlohmann::json comparison = read_json(path("run/compare/comparison.json"));
  EXPECT_THAT(names_of(comparison), UnorderedElementsAre("control", "kd", "dkd:T=2"));
  for (const auto& method : comparison.at("methods")) {
    ASSERT_EQ(method.at("seeds").size(), 2U);
    EXPECT_EQ(method.at("seeds").at(0).at("seed"), 3);
    EXPECT_EQ(method.at("seeds").at(1).at("seed"), 4);
    EXPECT_GT(method.at("seconds"), 0.0);
    const auto& test = method.at("float").at("test");
    EXPECT_LE(test.at("low"), test.at("mean"));
    EXPECT_LE(test.at("mean"), test.at("high"));
  }
  EXPECT_TRUE(comparison.at("methods").at(0).at("loss").is_null());
  EXPECT_FALSE(file_exists(path("run/compare/kd-1/checkpoints")));
}

TEST_F(Compare, RanksByTheValidationSplitAndQuantizesWinnerAndControlArm) {
  const nlohmann::json comparison = read_json(path("run/compare/comparison.json"));
  const auto& methods = comparison.at("methods");
  EXPECT_GE(mean_validation(methods.at(1)), mean_validation(methods.at(2)));
  const bool beaten = mean_validation(methods.at(1)) > mean_validation(methods.at(0));
  EXPECT_EQ(comparison.at("winner"), beaten ? methods.at(1).at("name") : "control");
  EXPECT_TRUE(methods.at(0).contains("int8"));
  EXPECT_EQ(methods.at(1).contains("int8"), beaten);
  EXPECT_FALSE(methods.at(2).contains("int8"));
}

TEST_F(Compare, GivesTheDifferenceOfTheMeansAsTheGain) {
  const nlohmann::json comparison = read_json(path("run/compare/comparison.json"));
  const double control = comparison.at("methods").at(0).at("float").at("test").at("mean");
  for (size_t i = 1; i < 3; ++i) {
    const auto& method = comparison.at("methods").at(i);
    double mean = 0.0;
    for (const auto& seed : method.at("seeds")) mean += seed.at("test").get<double>() / 2.0;
    EXPECT_NEAR(method.at("float").at("test").at("mean"), mean, 1e-12);
    EXPECT_NEAR(method.at("float").at("gain").at("mean"), mean - control, 1e-12);
  }
}

TEST_F(Compare, ShowsATableAndWritesThePage) {
  EXPECT_THAT(first_.out, HasSubstr("control (labels only)"));
  EXPECT_THAT(first_.out, HasSubstr("dkd:T=2"));
  EXPECT_THAT(first_.out, HasSubstr("run/compare/comparison.html"));
  EXPECT_THAT(bytes("run/compare/comparison.html"), HasSubstr("chosen on the validation split"));
}

TEST_F(Compare, ControlArmIsTheSameAsThatOfDistill) {
  ASSERT_EQ(run_program({"train", "job.toml", "--run", "run"}, path("")).exit_code, 0);
  EXPECT_EQ(bytes("run/compare/control-1/model.apnet"), bytes("run/control/model.apnet"));
}

TEST_F(Compare, DoesNothingTheSecondTime) {
  const Finished again = compare("run", "2");
  ASSERT_EQ(again.exit_code, 0) << again.err;
  EXPECT_EQ(again.out, first_.out);
  EXPECT_THAT(again.err, testing::Not(HasSubstr("step ")));
}

TEST_F(Compare, GivesTheSameModelsAfterAKill) {
  Limits limits;
  limits.interrupt_at = "train";
  const Finished stopped = compare("stopped", "2", limits);
  EXPECT_EQ(stopped.exit_code, 130) << stopped.err;
  limits.interrupt_at.clear();
  limits.kill_after_s = 1.5;
  compare("stopped", "2", limits);
  const Finished resumed = compare("stopped", "2");
  ASSERT_EQ(resumed.exit_code, 0) << resumed.err;
  for (const char* folder : {"control-1", "control-2", "kd-1", "kd-2", "dkd-T=2-1", "dkd-T=2-2"}) {
    const std::string model = fmt::format("/compare/{}/model.apnet", folder);
    EXPECT_EQ(bytes("stopped" + model), bytes("run" + model)) << folder;
  }
}

// Stores of a run that keep features, and those that keep logits alone.
std::pair<int, int> count_stores(const std::string& run) {
  std::pair<int, int> counts;
  for (const auto& entry : std::filesystem::directory_iterator(run + "/targets")) {
    const bool keeps_features = read_json(entry.path().string() + "/store.json").contains("features");
    (keeps_features ? counts.first : counts.second) += 1;
  }
  return counts;
}

TEST_F(Compare, StoresAnswersOnceForAllThatLookAtTheSame) {
  const Finished finished = run_program(
      {"compare", "job.toml", "--run", "features", "--methods", "kd,dkd,at,at:feature_weight=2", "--seeds", "1"},
      path(""));
  ASSERT_EQ(finished.exit_code, 0) << finished.err;
  // Of the training split one with features and one without; of the test split one, for the final reading.
  EXPECT_EQ(count_stores(path("features")), std::make_pair(1, 2));
  EXPECT_NE(bytes("features/compare/at-1/model.apnet"), bytes("features/compare/control-1/model.apnet"));
}

TEST_F(Compare, StudentsLearnFromTheLastAssistant) {
  JobTables tables = small_job("x86-64-host");
  tables["[report]"] += "[[assistant]]\n";
  write_job(tables, path("assisted.toml"));
  const Finished finished =
      run_program({"compare", "assisted.toml", "--run", "assisted", "--methods", "kd", "--seeds", "1"}, path(""));
  ASSERT_EQ(finished.exit_code, 0) << finished.err;
  const auto teacher_of = [&](const std::string& run, const std::string& step) {
    return read_json(path(run + "/state/" + step + ".json")).at("inputs").at("teacher").get<std::string>();
  };
  EXPECT_EQ(teacher_of("assisted", "compare"), teacher_of("assisted", "assistant0"));
  EXPECT_NE(teacher_of("assisted", "train-compare-kd-1"), teacher_of("assisted", "assistant0"));
  EXPECT_EQ(teacher_of("run", "train-compare-kd-1"), teacher_of("run", "compare"));
}

TEST_F(Compare, RefusesLossesWhoseFeaturesTheStudentDoesNotHave) {
  JobTables tables = small_job("x86-64-host");
  tables["[student]"] = "family = \"mlp\"\n";
  write_job(tables, path("flat.toml"));
  const Finished refused =
      run_program({"compare", "flat.toml", "--run", "flat", "--methods", "kd,at", "--seeds", "1"}, path(""));
  EXPECT_EQ(refused.exit_code, 2);
  EXPECT_THAT(refused.err, HasSubstr("--methods at: "));
  EXPECT_THAT(refused.err, HasSubstr("loss 'at' looks at maps"));
  EXPECT_FALSE(file_exists(path("flat/compare/kd-1/model.apnet")));
}

TEST_F(Compare, RefusesMethodsThatCannotBeTrainedBeforeAnyWork) {
  const Finished refused = run_program({"compare", "job.toml", "--run", "none", "--methods", "kd,kll"}, path(""));
  EXPECT_EQ(refused.exit_code, 2);
  EXPECT_THAT(refused.err, HasSubstr("--methods kll: unknown loss 'kll'; known losses: "));
  EXPECT_FALSE(file_exists(path("none/run.json")));
}

TEST_F(Compare, FoldsArePooled) {
  for (const char* fold : {"1", "2"}) {
    JobTables tables = small_job("x86-64-host");
    tables["[split]"] = fmt::format("by = \"group\"\nvalidation = 0.2\nfolds = 2\nfold = {}\n", fold);
    const std::string name = std::string("fold") + fold;
    write_job(tables, path(name + ".toml"));
    const Finished done =
        run_program({"compare", name + ".toml", "--run", name, "--methods", "kd", "--seeds", "1"}, path(""));
    ASSERT_EQ(done.exit_code, 0) << done.err;
  }
  const Finished pooled = run_program({"results", "--folds", "fold1", "fold2"}, path(""));
  ASSERT_EQ(pooled.exit_code, 0) << pooled.err;
  EXPECT_THAT(pooled.out, HasSubstr("| control (labels only) |"));
  EXPECT_THAT(pooled.out, ::testing::ContainsRegex("[|] kd [|] [^|]+ [|] [^|]+ to [^|]+[)] [|]"));
  const Finished one = run_program({"results", "--folds", "fold1"}, path(""));
  EXPECT_EQ(one.exit_code, 2);
  EXPECT_THAT(one.err, HasSubstr("2 to 20 folds are expected"));
}

}  // namespace
}  // namespace apprentice::test
