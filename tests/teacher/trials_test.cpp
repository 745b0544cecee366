// SPDX-License-Identifier: Apache-2.0
// Teachers that are right once their samples are prepared as they want.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "apprentice/base/random.h"
#include "apprentice/data/formats/npy.h"
#include "apprentice/teacher/trials.h"
#include "tests/teacher/fixture.h"

namespace apprentice::test {
namespace {

using ::testing::HasSubstr;

// "x" [N, 3, 1, 1] -> for class c, x_c - weight * x_c^2: which class wins depends on the scale, not only on the order.
std::string curved_model(float weight) {
  ModelText text;
  text.input("x", {-1, 3, 1, 1}).output("y", {-1, 3});
  text.constant("w", Tensor::from({1}, {weight}));
  text.node("Mul", {"x", "x"}, {"square"});
  text.node("Mul", {"square", "w"}, {"bent"});
  text.node("Sub", {"x", "bent"}, {"z"});
  text.node("Flatten", {"z"}, {"y"});
  return text.bytes();
}

class TrialsTest : public testing::Test {
 protected:
  TrialsTest() : samples_(DType::kF32, {200, 3, 1, 1}) {
    Rng rng(5, "pixels");
    for (int64_t i = 0; i < samples_.size(); ++i) samples_.data<float>()[i] = static_cast<float>(rng.below(256));
    EXPECT_TRUE(write_file(scratch_.path("m.onnx"), curved_model(1.0F)));
  }
  Result<std::unique_ptr<teacher::Teacher>> make(const std::string& keys) {
    return teacher_of(keys, data_, scratch_.path());
  }
  // Labels are what the teacher answers when told `keys`.
  teacher::LabelledSamples labelled_by(const std::string& keys) {
    teacher::LabelledSamples given{samples_, {}, {}, data_.class_names};
    for (int64_t n = 0; n < 200; ++n) given.rows.push_back(n);
    auto teacher = make("path = \"m.onnx\"\n" + keys);
    EXPECT_TRUE(teacher) << teacher.error().text();
    const Tensor logits = (*teacher)->predict(samples_, given.rows)->logits;
    for (int64_t n = 0; n < 200; ++n) {
      const float* row = logits.data<float>() + 3 * n;
      given.labels.push_back(static_cast<int32_t>(std::max_element(row, row + 3) - row));
    }
    return given;
  }

  Scratch scratch_;
  const data::DatasetInfo data_ = data_info({3, 1, 1}, {"a", "b", "c"});
  Tensor samples_;
};

TEST_F(TrialsTest, FindsAForgottenScale) {
  const teacher::LabelledSamples given = labelled_by("scale = 0.00392156862745098");
  auto teacher = make("path = \"m.onnx\"");
  const auto found = teacher::check_preprocessing(**teacher, given);
  ASSERT_TRUE(found) << found.error().text();
  ASSERT_EQ(found->size(), 1U);
  EXPECT_THAT((*found)[0], HasSubstr("but 1.000 with scale = 0.00392157, mean = 0, std = 1"));
}

TEST_F(TrialsTest, FindsSamplesInAThousandthOfTheUnit) {
  const teacher::LabelledSamples given = labelled_by("scale = 0.001");
  const auto found = teacher::check_preprocessing(**make("path = \"m.onnx\""), given);
  ASSERT_TRUE(found) << found.error().text();
  ASSERT_EQ(found->size(), 1U);
  EXPECT_THAT((*found)[0], HasSubstr("but 1.000 with scale = 0.001, mean = 0, std = 1"));
}

TEST_F(TrialsTest, FindsImageNetsNormalisationAndChannelsTurnedRound) {
  const teacher::LabelledSamples given = labelled_by(
      "scale = 0.00392156862745098\nmean = [0.485, 0.456, 0.406]\nstd = [0.229, 0.224, 0.225]\nchannel_order = "
      "\"bgr\"");
  auto teacher = make("path = \"m.onnx\"\nscale = 0.00392156862745098");
  const auto found = teacher::check_preprocessing(**teacher, given);
  ASSERT_TRUE(found) << found.error().text();
  ASSERT_EQ(found->size(), 1U);
  EXPECT_THAT((*found)[0],
              HasSubstr("mean = [0.485, 0.456, 0.406], std = [0.229, 0.224, 0.225], channel_order = \"bgr\""));
}

TEST_F(TrialsTest, FindsAForgottenScaleAlsoWhereTheClassesAreInAnotherOrder) {
  teacher::LabelledSamples given = labelled_by("scale = 0.00392156862745098");
  for (int32_t& label : given.labels) label = (label + 1) % 3;  // output 0 is class "b"
  const auto found = teacher::check_preprocessing(**make("path = \"m.onnx\""), given);
  ASSERT_TRUE(found) << found.error().text();
  ASSERT_EQ(found->size(), 1U);
  EXPECT_THAT((*found)[0], HasSubstr("but 1.000 with scale = 0.00392157, mean = 0, std = 1, "
                                     "classes = [\"b\", \"c\", \"a\"]"));
  const auto named = teacher::check_preprocessing(**make("path = \"m.onnx\"\nclasses = [\"a\", \"b\", \"c\"]"), given);
  ASSERT_TRUE(named) << named.error().text();
  EXPECT_TRUE(named->empty());  // the job has told the order
}

TEST_F(TrialsTest, SaysNothingOfAPreparationWhereOnlyTheOrderOfClassesIsWrong) {
  const std::string keys = "scale = 0.00392156862745098";
  teacher::LabelledSamples given = labelled_by(keys);
  for (int32_t& label : given.labels) label = (label + 1) % 3;
  for (size_t n = 0; n < 20; ++n) given.labels[n] = 0;  // so that it is not perfect in the right order
  const auto found = teacher::check_preprocessing(**make("path = \"m.onnx\"\n" + keys), given);
  ASSERT_TRUE(found) << found.error().text();
  EXPECT_TRUE(found->empty());
}

TEST_F(TrialsTest, SaysNothingOfARightTeacherAndOfOneThatNothingHelps) {
  const teacher::LabelledSamples right = labelled_by("scale = 0.00392156862745098");
  auto teacher = make("path = \"m.onnx\"\nscale = 0.00392156862745098");
  EXPECT_TRUE(teacher::check_preprocessing(**teacher, right)->empty());
  teacher::LabelledSamples noise = right;
  Rng rng(6, "labels");
  for (int32_t& label : noise.labels) label = static_cast<int32_t>(rng.below(3));
  EXPECT_TRUE(teacher::check_preprocessing(**teacher, noise)->empty());
}

TEST_F(TrialsTest, LooksAtTheMembersOfAnEnsemble) {
  const teacher::LabelledSamples given = labelled_by("scale = 0.00392156862745098");
  ASSERT_TRUE(data::write_npy(scratch_.path("a.npy"), Tensor(DType::kF32, {200, 3})));
  auto teacher = make(
      "source = \"ensemble\"\n[[member]]\npath = \"m.onnx\"\nscale = 0.00392156862745098\n[[member]]\npath = "
      "\"m.onnx\"\n"
      "[[member]]\nsource = \"recorded\"\npath = \"a.npy\"\n");
  ASSERT_TRUE(teacher) << teacher.error().text();
  const auto found = teacher::check_preprocessing(**teacher, given);
  ASSERT_TRUE(found) << found.error().text();
  ASSERT_EQ(found->size(), 1U);
  EXPECT_THAT((*found)[0], HasSubstr("m.onnx"));
}

TEST(PreprocessingTrials, DoNotScaleDownWhatIsNoPixel) {
  const auto trials = teacher::preprocessing_trials({}, Tensor::from({2, 2}, {0.5F, -1.0F, 1.0F, 2.0F}));
  for (const teacher::Trial& trial : trials) EXPECT_THAT(trial.keys, ::testing::Not(HasSubstr("0.00784314")));
  EXPECT_THAT(trials.at(0).keys, HasSubstr("mean = [0.75, 0.5], std = [0.25, 1.5]"));
}

}  // namespace
}  // namespace apprentice::test
