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
    ASSERT_TRUE(write_npy(scratch_.path("x_train.npy"), images));
    ASSERT_TRUE(write_npy(scratch_.path("y_train.npy"), labels));
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
  ASSERT_TRUE(write_npy(scratch_.path("other.npy"), Tensor(DType::kF32, {7, 2})));
  const Finished made = run({"new", "--data", "other.npy", "--device", "x86-64-host"});
  EXPECT_EQ(made.exit_code, 2);
  EXPECT_THAT(made.err, HasSubstr("other.npy: no labels are found in a file beside it; put an array of shape [7]"));
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
