// SPDX-License-Identifier: Apache-2.0
// Features of teachers: values inside ONNX models, for any number of samples, and of the members of an ensemble.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/teacher/fixture.h"

namespace apprentice::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// [N, 1, 4] -> doubled and tripled (c) -> relu (r, a stage of [2, 4]) -> mean over time (v) -> two classes (y).
std::string two_channel_model(float second = 3.0F) {
  ModelText text;
  text.input("x", {-1, 1, 4}).output("y", {-1, 2});
  text.constant("w", Tensor::from({2, 1, 1}, {2.0F, second}));
  text.constant("k", Tensor::from({2, 2}, {1.0F, 0.0F, 0.0F, 1.0F}));
  text.node("Conv", {"x", "w"}, {"c"});
  text.node("Relu", {"c"}, {"r"});
  text.node("GlobalAveragePool", {"r"}, {"g"});
  text.node("Flatten", {"g"}, {"v"});
  text.node("Gemm", {"v", "k"}, {"y"});
  text.node("ReduceSum", {"c"}, {"total"});  // over all samples, too
  return text.bytes();
}

class TeacherFeaturesTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(write_file(scratch_.path("m.onnx"), two_channel_model()));
    ASSERT_TRUE(write_file(scratch_.path("n.onnx"), two_channel_model(5.0F)));
  }
  std::unique_ptr<teacher::Teacher> make(const std::string& keys) {
    auto teacher = teacher_of(keys, data_info({1, 4}, {"a", "b"}), scratch_.path());
    EXPECT_TRUE(teacher) << teacher.error().text();
    return std::move(*teacher);
  }
  static std::string refusal(teacher::Teacher& teacher, const std::string& name) {
    const auto shape = teacher.feature_shape(name);
    return shape ? "accepted" : shape.error().text();
  }

  Scratch scratch_;
  const Tensor batch_ = Tensor::from({2, 1, 4}, {1, 2, 3, 4, -1, 1, -1, 1});
};

TEST_F(TeacherFeaturesTest, OfAnOnnxModelAreFoundAndGivenBesideTheSameAnswer) {
  const auto teacher = make("path = \"m.onnx\"");
  ASSERT_EQ(teacher->info().features.size(), 2U);
  EXPECT_EQ(teacher->info().features[0].name, "r");
  EXPECT_EQ(teacher->info().features[0].shape, (Shape{2, 4}));
  EXPECT_EQ(teacher->info().features[1].name, "v");
  const auto answers = teacher->observe(batch_, {0, 1}, {"v", "r"});
  ASSERT_TRUE(answers) << answers.error().text();
  EXPECT_EQ(floats(answers->logits), floats(teacher->predict(batch_, {0, 1})->logits));
  ASSERT_EQ(answers->features.size(), 2U);
  EXPECT_THAT(floats(answers->features[0].second), ElementsAre(5, 7.5, 1, 1.5));
  EXPECT_EQ(answers->features[1].first, "r");
  EXPECT_THAT(floats(answers->features[1].second), ElementsAre(2, 4, 6, 8, 3, 6, 9, 12, 0, 2, 0, 2, 0, 3, 0, 3));
}

TEST_F(TeacherFeaturesTest, MayBeAnyValueByNameOrNumber) {
  const auto teacher = make("path = \"m.onnx\"");
  EXPECT_EQ(*teacher->feature_shape("c"), (Shape{2, 4}));
  EXPECT_EQ(*teacher->feature_shape("0"), (Shape{2, 4}));
  EXPECT_EQ(*teacher->feature_shape("2"), (Shape{2, 1}));
  EXPECT_THAT(floats(teacher->observe(batch_, {0, 1}, {"0"})->features[0].second),
              ElementsAre(2, 4, 6, 8, 3, 6, 9, 12, -2, 2, -2, 2, -3, 3, -3, 3));
}

TEST_F(TeacherFeaturesTest, HaveARowForEachSample) {
  const auto teacher = make("path = \"m.onnx\"");
  // Summed over all samples that are run together; asked for it, the model runs them one by one.
  EXPECT_EQ(*teacher->feature_shape("total"), (Shape{1, 1}));
  const auto totals = teacher->observe(batch_, {0, 1}, {"total"});
  ASSERT_TRUE(totals) << totals.error().text();
  EXPECT_THAT(floats(totals->features[0].second), ElementsAre(50, 0));
  EXPECT_THAT(refusal(*teacher, "w"), HasSubstr("has no value 'w'"));
  EXPECT_THAT(refusal(*teacher, "z"), HasSubstr("has no value 'z'"));
}

TEST_F(TeacherFeaturesTest, OfAnEnsembleAreItsMembers) {
  const auto teacher =
      make("source = \"ensemble\"\naverage = \"logits\"\n[[member]]\npath = \"m.onnx\"\n[[member]]\npath = \"n.onnx\"");
  ASSERT_EQ(teacher->info().features.size(), 2U);
  EXPECT_EQ(teacher->info().features[0].name, "0/r");
  const auto answers = teacher->observe(batch_, {0, 1}, {"1/v", "0/v"});
  ASSERT_TRUE(answers) << answers.error().text();
  EXPECT_THAT(floats(answers->features[0].second), ElementsAre(5, 12.5, 1, 2.5));
  EXPECT_THAT(floats(answers->features[1].second), ElementsAre(5, 7.5, 1, 1.5));
  EXPECT_THAT(floats(answers->logits), ElementsAre(5, 10, 1, 2));
  EXPECT_THAT(refusal(*teacher, "r"), HasSubstr("has no feature 'r'; those of members are named '0/...' to '1/...'"));
  EXPECT_THAT(refusal(*teacher, "1/z"), HasSubstr("has no value 'z'"));
}

TEST_F(TeacherFeaturesTest, AreRefusedWhereAModelCannotBeLookedInto) {
  const auto teacher = teacher_of("source = \"program\"\ncommand = [\"" ECHO_PROGRAM "\", \"good\"]",
                                  data_info({2}, {"a", "b"}), scratch_.path());
  ASSERT_TRUE(teacher) << teacher.error().text();
  EXPECT_TRUE((*teacher)->info().features.empty());
  EXPECT_THAT(refusal(**teacher, "r"), HasSubstr("gives no feature 'r'; only ONNX models and taught teachers give"));
}

}  // namespace
}  // namespace apprentice::test
