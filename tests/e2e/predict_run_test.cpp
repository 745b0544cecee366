// SPDX-License-Identifier: Apache-2.0
// `apprentice predict RUN --data`: what ships answers data that it has never seen, in every format.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "apprentice/base/files.h"
#include "apprentice/data/formats/npy.h"
#include "program.h"
#include "small_job.h"
#include "tests/support/real_data.h"

namespace apprentice::test {
namespace {

using ::testing::HasSubstr;

class PredictRun : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    scratch_ = new Scratch;
    write_waves(scratch_->path());
    write_job(small_job("x86-64-host"), scratch_->path("job.toml"));
    // The one job of the folder needs no name.
    const Finished packed = run_program({"package"}, scratch_->path());
    ASSERT_EQ(packed.exit_code, 0) << packed.err;
    made_ = packed.out;
  }
  static void TearDownTestSuite() { delete scratch_; }
  static std::string path(const std::string& name) { return scratch_->path(name); }
  static Finished run(const std::vector<std::string>& arguments) { return run_program(arguments, scratch_->path()); }
  static std::string run_folder() { return made_.substr(0, made_.find("/shipped")); }

  static Scratch* scratch_;
  static std::string made_;
};
Scratch* PredictRun::scratch_ = nullptr;
std::string PredictRun::made_;

// 64 rows of the two sensors, with a text and a label that the student has never heard of.
std::string recording(const std::string& header) {
  std::string text = header + "\n";
  for (int row = 0; row < 64; ++row)
    text += fmt::format("note {},{:.3f},{:.3f},?\n", row, row % 8 < 4 ? 1.0 : -1.0, 0.1 * (row % 5));
  return text;
}

TEST_F(PredictRun, ShipsLieInOneFolderBesideTheJob) {
  EXPECT_EQ(made_.substr(made_.rfind('/')), "/shipped\n");
  for (const char* name : {"package/manifest.json", "model.onnx", "model_int8.onnx", "model.apnet", "int8.apq"}) {
    EXPECT_TRUE(file_exists(path(run_folder() + "/shipped/" + name))) << name;
  }
  ASSERT_TRUE(make_folder(path("elsewhere")));
  const Finished again = run_program({"package", "../job.toml"}, path("elsewhere"));
  EXPECT_EQ(again.exit_code, 0) << again.err;
  EXPECT_EQ(again.out, "../" + made_);
}

TEST_F(PredictRun, FindsColumnsByNameAndAnswersWithClassesAndProbabilities) {
  ASSERT_TRUE(write_file(path("new.csv"), recording("remark,b,a,kind")));
  const Finished done = run({"predict", run_folder(), "--data", "new.csv"});
  ASSERT_EQ(done.exit_code, 0) << done.err;
  EXPECT_EQ(done.out.substr(0, done.out.find('\n')),
            "recording,first_row,rows,class,probability,p(fast),p(mixed),p(slow)");
  EXPECT_THAT(done.out, HasSubstr("\nnew,1,32,"));
  EXPECT_THAT(done.out, HasSubstr("\nnew,33,32,"));
}

TEST_F(PredictRun, EveryFormatOfTheSameValuesGetsTheSameAnswers) {
  Tensor rows(DType::kF32, {64, 2}), windows(DType::kF32, {2, 2, 32});
  std::string text = "a,b\n";
  for (int64_t row = 0; row < 64; ++row) {
    for (int64_t c = 0; c < 2; ++c) {
      const float value = static_cast<float>((row * 7 + c * 3) % 11) * 0.25F - 1.0F;
      rows.data<float>()[row * 2 + c] = value;
      windows.data<float>()[(row / 32 * 2 + c) * 32 + row % 32] = value;
    }
    text += fmt::format("{},{}\n", rows.data<float>()[row * 2], rows.data<float>()[row * 2 + 1]);
  }
  ASSERT_TRUE(write_file(path("values.csv"), text));
  ASSERT_TRUE(data::write_npy(path("recording.npy"), rows));
  ASSERT_TRUE(data::write_npy(path("windows.npy"), windows));
  std::vector<nlohmann::json> answers;
  for (const char* name : {"values.csv", "recording.npy", "windows.npy"}) {
    const Finished done = run({"predict", run_folder(), "--data", name, "--stride", "32", "--output", "answers.json"});
    ASSERT_EQ(done.exit_code, 0) << name << ": " << done.err;
    const auto page = nlohmann::json::parse(read_file(path("answers.json")).value_or("{}"));
    EXPECT_EQ(page.at("format"), "apprentice-predictions");
    EXPECT_EQ(page.at("classes").size(), 3U);
    answers.push_back(nlohmann::json::array());
    for (const auto& sample : page.at("samples")) answers.back().push_back(sample.at("probabilities"));
  }
  EXPECT_EQ(answers[0].size(), 2U);
  EXPECT_EQ(answers[0], answers[1]);
  EXPECT_EQ(answers[0], answers[2]);
}

TEST_F(PredictRun, SaysWhatIsMissingOrOfAnotherShape) {
  ASSERT_TRUE(write_file(path("other.csv"), "a,c\n1,2\n"));
  const Finished column = run({"predict", run_folder(), "--data", "other.csv"});
  EXPECT_EQ(column.exit_code, 2);
  EXPECT_THAT(column.err, HasSubstr("other.csv: there is no column 'b'; known columns: a, c"));
  ASSERT_TRUE(data::write_npy(path("cube.npy"), Tensor(DType::kF32, {4, 3, 3, 3})));
  const Finished shape = run({"predict", run_folder(), "--data", "cube.npy"});
  EXPECT_EQ(shape.exit_code, 2);
  EXPECT_THAT(shape.err,
              HasSubstr("cube.npy: the array has shape [4, 3, 3, 3]; expected [rows, ...] with samples of [2, 32]"));
  ASSERT_TRUE(write_file(path("short.csv"), "a,b\n1,2\n3,4\n"));
  EXPECT_THAT(run({"predict", run_folder(), "--data", "short.csv"}).err,
              HasSubstr("gives no sample: one is 32 rows, and the longest stretch has 2"));
  EXPECT_THAT(run({"predict", run_folder()}).err, HasSubstr("is a run directory: give it data with --data FILE"));
}

TEST(FindJob, NamesTheJobsOfAFolderAndWhatWritesOne) {
  const Scratch scratch;
  const Finished none = run_program({"check"}, scratch.path());
  EXPECT_EQ(none.exit_code, 2);
  EXPECT_THAT(none.err,
              HasSubstr("no job is named, and none lies in this folder; apprentice new --data DATA > job.toml"));
  ASSERT_TRUE(write_file(scratch.path("device.toml"), "name = \"mine\"\n"));
  ASSERT_TRUE(write_file(scratch.path("a.toml"), "[data]\nformat = \"csv\"\n"));
  ASSERT_TRUE(write_file(scratch.path("b.toml"), "[data]\nformat = \"csv\"\n"));
  EXPECT_THAT(run_program({"explain"}, scratch.path()).err,
              HasSubstr("name one of the 2 jobs in this folder: a.toml, b.toml"));
}

}  // namespace
}  // namespace apprentice::test
