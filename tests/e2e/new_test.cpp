// SPDX-License-Identifier: Apache-2.0
// `apprentice new` writes a job that holds as it is, whatever the data and the teacher are stored in.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "apprentice/base/files.h"
#include "apprentice/data/formats/npy.h"
#include "program.h"
#include "tests/support/real_data.h"

namespace apprentice::test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

class New : public ::testing::Test {
 protected:
  // Images as Keras has them, [rows, height, width, channels], in three classes.
  void write_images() const {
    Tensor images(DType::kF32, {30, 8, 8, 3}), labels(DType::kF32, {30, 1});
    for (int64_t i = 0; i < images.size(); ++i)
      images.data<float>()[i] = static_cast<float>((i * (i / 192 % 3 + 1) * 37) % 251);
    for (int64_t row = 0; row < 30; ++row) labels.data<float>()[row] = static_cast<float>(row % 3);
    ASSERT_TRUE(data::write_npy(scratch_.path("x_train.npy"), images));
    ASSERT_TRUE(data::write_npy(scratch_.path("y_train.npy"), labels));
  }
  Finished run(const std::vector<std::string>& arguments) const { return run_program(arguments, scratch_.path()); }

  Scratch scratch_;
};

TEST_F(New, FindsTheLabelsBesideAnArrayAndTheAxisOfItsChannels) {
  write_images();
  const Finished made = run({"new", "--data", "x_train.npy", "--device", "x86-64-host"});
  ASSERT_EQ(made.exit_code, 0) << made.err;
  EXPECT_THAT(made.out, AllOf(HasSubstr("labels = \"y_train.npy\""), HasSubstr("layout = \"channels_last\""),
                              HasSubstr("samples are [3, 8, 8]")));
  ASSERT_TRUE(write_file(scratch_.path("job.toml"), made.out));
  const Finished checked = run({"check", "job.toml"});
  EXPECT_EQ(checked.exit_code, 0) << checked.err;
}

TEST_F(New, SaysWhereLabelsOfAnArrayAreLookedFor) {
  write_images();
  ASSERT_TRUE(data::write_npy(scratch_.path("other.npy"), Tensor(DType::kF32, {7, 2})));
  const Finished made = run({"new", "--data", "other.npy", "--device", "x86-64-host"});
  EXPECT_EQ(made.exit_code, 2);
  EXPECT_THAT(made.err, HasSubstr("other.npy: no labels are found in a file beside it; put an array of shape [7]"));
}

// `check` accepts the job for this data as it is.
void expect_accepted(const std::string& data, const std::string& folder, const std::vector<std::string>& more = {}) {
  std::vector<std::string> arguments{"new",         "--data",    data,       "--device",
                                     "x86-64-host", "--no-look", "--output", "job.toml"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  const Finished made = run_program(arguments, folder);
  ASSERT_EQ(made.exit_code, 0) << made.err;
  EXPECT_EQ(made.out, "job.toml\n");
  const Finished checked = run_program({"check"}, folder);
  EXPECT_EQ(checked.exit_code, 0) << checked.err << read_file(folder + "/job.toml").value_or("");
}

TEST_F(New, WritesAJobForRowsThatCheckAccepts) {
  std::string rows = "timestamp,temp,comment,state\n";
  for (int row = 0; row < 400; ++row) {
    rows += fmt::format("2024-03-01 12:{:02d}:{:02d}.000,{}.{},none,{}\n", row / 60, row % 60, 20 + row % 7,
                        row * 37 % 10, row / 50 % 2 == 0 ? "ok" : "bad");
  }
  ASSERT_TRUE(make_folder(scratch_.path("pump/day1")));
  ASSERT_TRUE(write_file(scratch_.path("pump/day1/d.csv"), rows));
  expect_accepted("pump/*/*.csv", scratch_.path());
  EXPECT_THAT(read_file(scratch_.path("job.toml")).value_or(""), HasSubstr("name = \"pump\"\n"));
}

TEST_F(New, AJobThatCannotHoldYetIsWrittenAndItsLineQuoted) {
  std::string rows = "a,state\n";
  for (int row = 0; row < 60; ++row) rows += fmt::format("{},healthy\n", row * 37 % 60);
  ASSERT_TRUE(write_file(scratch_.path("d.csv"), rows));
  const Finished made = run({"new", "--data", "d.csv", "--device", "x86-64-host"});
  EXPECT_EQ(made.exit_code, 2);
  EXPECT_THAT(made.out, HasSubstr("label = \"state\""));
  EXPECT_THAT(made.err, AllOf(HasSubstr("'healthy'"), HasSubstr("(this line says: [data])"), HasSubstr("--label")));
  ASSERT_TRUE(write_file(scratch_.path("job.toml"), "mine"));
  const Finished kept = run({"new", "--data", "d.csv", "--output", "job.toml"});
  EXPECT_THAT(kept.err, HasSubstr("job.toml: is there already"));
  EXPECT_EQ(read_file(scratch_.path("job.toml")).value_or(""), "mine");
}

TEST_F(New, PathsStartAtTheFolderOfTheJob) {
  write_images();
  ASSERT_TRUE(make_folder(scratch_.path("jobs")));
  const Finished made =
      run({"new", "--data", "x_train.npy", "--device", "x86-64-host", "--no-look", "--output", "jobs/job.toml"});
  ASSERT_EQ(made.exit_code, 0) << made.err;
  EXPECT_THAT(read_file(scratch_.path("jobs/job.toml")).value_or(""), HasSubstr("path = \"../x_train.npy\""));
  EXPECT_EQ(run({"explain", "jobs/job.toml"}).exit_code, 0);
}

TEST_F(New, SaysWhatATeacherCanBe) {
  write_images();
  ASSERT_TRUE(write_file(scratch_.path("my.keras"), "PK"));
  const Finished made = run({"new", "--teacher", "my.keras", "--data", "x_train.npy", "--device", "x86-64-host"});
  EXPECT_EQ(made.exit_code, 2);
  EXPECT_THAT(made.err, HasSubstr("my.keras: is no teacher that is read here; known: .onnx, .pt"));
}

}  // namespace
}  // namespace apprentice::test
