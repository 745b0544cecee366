// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "apprentice/teacher/guess.h"
#include "tests/teacher/fixture.h"

namespace apprentice::test {

using data::DatasetInfo;

namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class OnnxTeacherTest : public testing::Test {
 protected:
  Result<std::unique_ptr<teacher::Teacher>> make(const std::string& model, const std::string& keys,
                                                 const DatasetInfo& data) {
    EXPECT_TRUE(write_file(scratch_.path("m.onnx"), model));
    return teacher_of("path = \"m.onnx\"\n" + keys, data, scratch_.path());
  }
  std::vector<float> answer(const std::string& model, const std::string& keys, const DatasetInfo& data,
                            const Tensor& batch) {
    auto teacher = make(model, keys, data);
    EXPECT_TRUE(teacher) << teacher.error().text();
    if (!teacher) return {};
    const auto answers = (*teacher)->predict(batch, {});
    EXPECT_TRUE(answers) << answers.error().text();
    return answers ? floats(answers->logits) : std::vector<float>{};
  }
  std::string refusal(const std::string& model, const std::string& keys, const DatasetInfo& data) {
    const auto teacher = make(model, keys, data);
    return teacher ? "accepted" : teacher.error().text();
  }

  Scratch scratch_;
  const DatasetInfo abc_ = data_info({3}, {"a", "b", "c"});
};

TEST_F(OnnxTeacherTest, AnswersAnyNumberOfSamples) {
  EXPECT_THAT(answer(flatten_model({-1, 3}), "", abc_, Tensor::from({2, 3}, {1, 2, 3, 4, 5, 6})),
              ElementsAre(1, 2, 3, 4, 5, 6));
  EXPECT_THAT(answer(flatten_model({1, 3}), "", abc_, Tensor::from({2, 3}, {1, 2, 3, 4, 5, 6})),
              ElementsAre(1, 2, 3, 4, 5, 6));
}

TEST_F(OnnxTeacherTest, RefusesDevicesThatAreNotThere) {
  const std::string model = flatten_model({-1, 3});
  EXPECT_THAT(refusal(model, "device = \"gpu\"", abc_), HasSubstr("'gpu' is no device to compute on"));
  EXPECT_THAT(refusal(model, "device = \"cuda:99\"", abc_), HasSubstr("there is no \"cuda:99\""));
  EXPECT_THAT(refusal(model, "device = \"gpu\"", abc_), HasSubstr("job.toml:2"));
}

TEST_F(OnnxTeacherTest, ScalesThenShiftsPerChannel) {
  const DatasetInfo data = data_info({2, 1}, {"a", "b"});
  EXPECT_THAT(answer(flatten_model({-1, 2, 1}), "scale = 2.0\nmean = [1.0, 4.0]\nstd = [2.0, 4.0]", data,
                     Tensor::from({1, 2, 1}, {5, 6})),
              ElementsAre((5 * 2 - 1) / 2.0F, (6 * 2 - 4) / 4.0F));
}

TEST_F(OnnxTeacherTest, MovesChannelsToTheEnd) {
  const DatasetInfo data = data_info({2, 1, 2}, {"a", "b", "c", "d"});
  const Tensor batch = Tensor::from({1, 2, 1, 2}, {1, 2, 10, 20});
  EXPECT_THAT(answer(flatten_model({-1, 1, 2, 2}), "layout = \"nhwc\"", data, batch), ElementsAre(1, 10, 2, 20));
}

TEST_F(OnnxTeacherTest, TurnsChannelsRoundBeforeMeanAndStd) {
  const DatasetInfo data = data_info({3, 1, 1}, {"a", "b", "c"});
  EXPECT_THAT(answer(flatten_model({-1, 3, 1, 1}), "channel_order = \"bgr\"\nmean = [1.0, 2.0, 3.0]", data,
                     Tensor::from({1, 3, 1, 1}, {10, 20, 30})),
              ElementsAre(30 - 1, 20 - 2, 10 - 3));
}

TEST_F(OnnxTeacherTest, AddsAndDropsAxesOfSizeOne) {
  EXPECT_THAT(answer(flatten_model({-1, 1, 3}), "", abc_, Tensor::from({1, 3}, {1, 2, 3})), ElementsAre(1, 2, 3));
}

TEST_F(OnnxTeacherTest, RefusesOtherShapesNamingBoth) {
  const DatasetInfo image = data_info({3, 4, 5}, {"a"});
  const std::string text = refusal(flatten_model({-1, 4, 5, 3}), "", image);
  EXPECT_THAT(text, HasSubstr("[3, 4, 5]"));
  EXPECT_THAT(text, HasSubstr("[N, 4, 5, 3]"));
  EXPECT_THAT(text, HasSubstr("layout = \"channels_last\" would fit"));
  EXPECT_THAT(refusal(flatten_model({-1, 7}), "", abc_), HasSubstr("do not fit"));
}

TEST_F(OnnxTeacherTest, ReshapesOnlyWhenAsked) {
  const DatasetInfo data = data_info({4}, {"a", "b", "c", "d"});
  EXPECT_THAT(refusal(flatten_model({-1, 2, 2}), "", data), HasSubstr("reshape = true"));
  EXPECT_THAT(answer(flatten_model({-1, 2, 2}), "reshape = true", data, Tensor::from({1, 4}, {1, 2, 3, 4})),
              ElementsAre(1, 2, 3, 4));
}

TEST_F(OnnxTeacherTest, PutsItsClassesIntoTheOrderOfTheData) {
  EXPECT_THAT(answer(flatten_model({-1, 3}), "classes = [\"c\", \"a\", \"b\"]", abc_, Tensor::from({1, 3}, {1, 2, 3})),
              ElementsAre(2, 3, 1));
}

TEST_F(OnnxTeacherTest, RefusesClassesThatItLacksByName) {
  EXPECT_THAT(refusal(flatten_model({-1, 3}), "classes = [\"c\", \"a\", \"x\"]", abc_), HasSubstr("class 'b'"));
  EXPECT_THAT(refusal(flatten_model({-1, 3}), "", data_info({3}, {"a", "b"})),
              HasSubstr("gives 3 values per sample, but the data has 2 classes"));
}

TEST_F(OnnxTeacherTest, TellsWhereLabelsThatAreNumbersGetTheNamesThatItsClassesHave) {
  const DatasetInfo numbers = data_info({3}, {"0", "1", "2"});
  EXPECT_THAT(refusal(flatten_model({-1, 3}), "classes = [\"a\", \"b\", \"c\"]", numbers),
              HasSubstr("get names by classes = [...] in [data]"));
}

TEST_F(OnnxTeacherTest, TurnsProbabilitiesIntoLogarithms) {
  const auto logs = answer(flatten_model({-1, 3}), "output = \"probabilities\"\nscale = 0.1\nmean = -0.05\nstd = 1.15",
                           abc_, Tensor::from({1, 3}, {1, 2, 7}));
  ASSERT_EQ(logs.size(), 3U);
  EXPECT_NEAR(logs[2], std::log(0.75F / 1.15F), 1e-6F);
}

TEST_F(OnnxTeacherTest, RefusesLogitsPromisedAsProbabilities) {
  auto teacher = make(flatten_model({-1, 3}), "output = \"probabilities\"", abc_);
  // The model answers zeros for the zeros it is tried with; real samples show the mistake.
  ASSERT_TRUE(teacher) << teacher.error().text();
  const auto answers = (*teacher)->predict(Tensor::from({1, 3}, {1, 2, 3}), {0});
  ASSERT_FALSE(answers);
  EXPECT_THAT(answers.error().text(), HasSubstr("is it output = \"logits\"?"));
}

TEST_F(OnnxTeacherTest, TakesOneValueForTwoClasses) {
  const DatasetInfo data = data_info({1}, {"bad", "good"});
  EXPECT_THAT(answer(flatten_model({-1, 1}), "", data, Tensor::from({1, 1}, {3})), ElementsAre(0, 3));
}

TEST_F(OnnxTeacherTest, ChangesItsFingerprintWithEveryOption) {
  std::vector<std::string> seen;
  for (const char* keys : {"", "scale = 2.0", "mean = 1.0", "std = 2.0", "classes = [\"b\", \"a\", \"c\"]",
                           "output = \"probabilities\""}) {
    auto teacher = make(flatten_model({-1, 3}), keys, abc_);
    ASSERT_TRUE(teacher) << teacher.error().text();
    EXPECT_THAT(seen, ::testing::Not(::testing::Contains((*teacher)->info().fingerprint))) << keys;
    seen.push_back((*teacher)->info().fingerprint);
  }
}

TEST_F(OnnxTeacherTest, RefusesUnknownKeysAndMissingFiles) {
  EXPECT_THAT(refusal(flatten_model({-1, 3}), "meen = 1.0", abc_), HasSubstr("meen"));
  EXPECT_THAT(teacher_of("path = \"none.onnx\"", abc_, scratch_.path()).error().text(), HasSubstr("none.onnx"));
  EXPECT_THAT(teacher_of("source = \"oracle\"", abc_, scratch_.path()).error().text(), HasSubstr("oracle"));
}

TEST_F(OnnxTeacherTest, NamesTheTableOfTheJobBeforeTheModel) {
  EXPECT_THAT(refusal(flatten_model({-1, 3}), "input_name = \"z\"", abc_),
              ::testing::MatchesRegex("job.toml:1:1: .*m.onnx: the model has no input 'z'; .*"));
}

TEST_F(OnnxTeacherTest, GuessesLayoutAndKindOfOutput) {
  ModelText text;
  text.input("x", {1, 4, 5, 3}).output("y", {1, 60});
  text.node("Flatten", {"x"}, {"f"});
  text.node("Softmax", {"f"}, {"y"});
  const auto graph = onnx::parse_onnx(text.bytes(), "m.onnx");
  ASSERT_TRUE(graph);
  const auto keys = teacher::guess_preprocessing(*graph, data_info({3, 4, 5}, {"a", "b"}));
  ASSERT_EQ(keys.size(), 2U);
  EXPECT_EQ(keys[0].key + " = " + keys[0].value, "layout = \"channels_last\"");
  EXPECT_EQ(keys[1].key + " = " + keys[1].value, "output = \"probabilities\"");
}

TEST(GuessSource, GoesByTheEnding) {
  EXPECT_EQ(teacher::guess_source("a/m.onnx"), "onnx");
  EXPECT_EQ(teacher::guess_source("a/m.PT"), "torchscript");
  EXPECT_EQ(teacher::guess_source("m.ubj"), "xgboost");
  EXPECT_EQ(teacher::guess_source("m.model"), "xgboost");  // whose reader tells how to save it anew
  EXPECT_EQ(teacher::guess_source("answers.csv"), "recorded");
}

TEST(OnnxTeacher, KnowsTheCostOfResNet8) {
  APPRENTICE_NEEDS_DATA();
  const DatasetInfo data = data_info({3, 32, 32}, {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"});
  const std::string path = data_folder() + "/models_thirdparty/mlperf_tiny/ic_resnet8_float.onnx";
  const auto teacher = teacher_of("path = \"" + path + "\"\noutput = \"probabilities\"", data, ".");
  ASSERT_TRUE(teacher) << teacher.error().text();
  // 12.5 million multiply-accumulates: Banbury et al. 2021, MLPerf Tiny.
  EXPECT_NEAR(static_cast<double>((*teacher)->info().macs), 12.5e6, 0.1e6);
  EXPECT_NEAR(static_cast<double>((*teacher)->info().parameters), 77.7e3, 1e3);
}

}  // namespace
}  // namespace apprentice::test
