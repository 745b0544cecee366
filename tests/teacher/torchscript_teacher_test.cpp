// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/cuda.h>
#include <torch/script.h>

#include <map>

#include "apprentice/teacher/model_files.h"
#include "tests/teacher/fixture.h"

namespace apprentice::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class TorchscriptTest : public testing::Test {
 protected:
  // A module with a weight w [3, 3] = 2 I and this forward().
  Result<std::unique_ptr<teacher::Teacher>> make(const std::string& forward, const std::string& keys = "",
                                                 const data::DatasetInfo& data = data_info({3}, {"a", "b", "c"})) {
    torch::jit::Module module("m");
    module.register_parameter("w", torch::eye(3) * 2, false);
    module.define(forward);
    module.save(scratch_.path("m.pt"));
    return teacher_of("source = \"torchscript\"\npath = \"m.pt\"\n" + keys, data, scratch_.path());
  }
  std::string refusal(const std::string& forward, const std::string& keys = "") {
    const auto teacher = make(forward, keys);
    return teacher ? "accepted" : teacher.error().text();
  }

  Scratch scratch_;
  const Tensor batch_ = Tensor::from({2, 3}, {1, 2, 3, 4, 5, 6});
};

constexpr const char* kLinear = "def forward(self, x):\n  return torch.matmul(x, self.w)\n";

TEST_F(TorchscriptTest, AnswersAfterPreparingSamples) {
  auto teacher = make(kLinear, "scale = 10.0\nmean = [1.0]\nclasses = [\"c\", \"a\", \"b\"]");
  ASSERT_TRUE(teacher) << teacher.error().text();
  EXPECT_THAT(floats((*teacher)->predict(batch_, {})->logits), ElementsAre(38, 58, 18, 98, 118, 78));
  EXPECT_EQ((*teacher)->info().parameters, 9);
  EXPECT_THAT((*teacher)->info().description, HasSubstr("TorchScript, 9 parameters"));
}

TEST_F(TorchscriptTest, RunsAModuleThatTakesOneSampleOnly) {
  auto teacher = make("def forward(self, x):\n  return torch.reshape(torch.matmul(x, self.w), [1, 3])\n");
  ASSERT_TRUE(teacher) << teacher.error().text();
  EXPECT_THAT(floats((*teacher)->predict(batch_, {})->logits), ElementsAre(2, 4, 6, 8, 10, 12));
}

TEST_F(TorchscriptTest, GivesSamplesOneByOneWhereTogetherTheyInfluenceEachOther) {
  auto teacher = make("def forward(self, x):\n  return torch.matmul(x - torch.mean(x, 0, True), self.w) + x\n");
  ASSERT_TRUE(teacher) << teacher.error().text();
  EXPECT_THAT(floats((*teacher)->predict(batch_, {})->logits), ElementsAre(1, 2, 3, 4, 5, 6));
}

TEST_F(TorchscriptTest, ChoosesAnOutputByNameOrPosition) {
  const std::string pair = "def forward(self, x):\n  return (x, torch.matmul(x, self.w))\n";
  EXPECT_THAT(refusal(pair), HasSubstr("forward() gives 2 values, so output_name must say which"));
  auto teacher = make(pair, "output_name = \"1\"");
  ASSERT_TRUE(teacher) << teacher.error().text();
  EXPECT_THAT(floats((*teacher)->predict(batch_, {})->logits), ElementsAre(2, 4, 6, 8, 10, 12));
  auto named = make("def forward(self, x):\n  return {'raw': x, 'logits': torch.neg(x)}\n", "output_name = \"logits\"");
  ASSERT_TRUE(named) << named.error().text();
  EXPECT_THAT(floats((*named)->predict(batch_, {})->logits), ElementsAre(-1, -2, -3, -4, -5, -6));
}

TEST_F(TorchscriptTest, RefusesAModelThatAnswersAtRandom) {
  EXPECT_THAT(refusal("def forward(self, x):\n  return torch.dropout(x, 0.5, True)\n"),
              HasSubstr("different answers to the same sample"));
}

TEST_F(TorchscriptTest, ComputesOnTheDeviceThatTheJobNames) {
  EXPECT_TRUE(make(kLinear, "device = \"cpu\""));
  EXPECT_THAT(refusal(kLinear, "device = \"cuda:99\""), HasSubstr("there is no \"cuda:99\""));
  if (torch::cuda::device_count() == 0) GTEST_SKIP() << "libtorch finds no GPU; the refusal is tested alone";
  auto teacher = make(kLinear, "device = \"cuda\"");
  ASSERT_TRUE(teacher) << teacher.error().text();
  EXPECT_THAT(floats((*teacher)->predict(batch_, {})->logits), ElementsAre(2, 4, 6, 8, 10, 12));
}

TEST_F(TorchscriptTest, ExplainsShapesThatDoNotFit) {
  const std::string text = refusal("def forward(self, x):\n  return torch.matmul(torch.reshape(x, [-1, 4]), self.w)\n");
  EXPECT_THAT(text, HasSubstr("forward() cannot take samples of shape [1, 3]"));
  EXPECT_EQ(text.find('\n'), std::string::npos) << text;
  EXPECT_THAT(refusal("def forward(self, x):\n  return x[:, :2]\n"), HasSubstr("gives 2 values per sample"));
  EXPECT_THAT(refusal(kLinear, "input_shape = [4]"), HasSubstr("do not fit"));
}

TEST_F(TorchscriptTest, RefusesFilesThatAreNoModule) {
  ASSERT_TRUE(write_file(scratch_.path("bad.pt"), "no module"));
  const auto data = data_info({3}, {"a", "b", "c"});
  EXPECT_THAT(teacher_of("source = \"torchscript\"\npath = \"bad.pt\"", data, scratch_.path()).error().text(),
              HasSubstr("is no TorchScript module"));
  EXPECT_EQ(teacher_of("source = \"torchscript\"\npath = \"none.pt\"", data, scratch_.path()).error().kind,
            ErrorKind::kNotFound);
}

TEST_F(TorchscriptTest, IsOpenedOutsideOfAJob) {
  ASSERT_TRUE(make(kLinear));
  auto opened = teacher::open_torchscript(scratch_.path("m.pt"));
  ASSERT_TRUE(opened) << opened.error().text();
  EXPECT_EQ(opened->parameters, 9);
  ASSERT_EQ(opened->parts.size(), 1U);
  EXPECT_EQ(opened->parts[0].name, "(model)");
  EXPECT_EQ(opened->parts[0].parameters, 9);
  const auto made = opened->run(batch_);
  ASSERT_TRUE(made) << made.error().text();
  ASSERT_EQ(made->size(), 1U);
  EXPECT_EQ(made->front().first, "output");
  EXPECT_THAT(floats(made->front().second), ElementsAre(2, 4, 6, 8, 10, 12));
  EXPECT_THAT(opened->run(Tensor::from({1, 2}, {1, 2})).error().text(),
              HasSubstr("cannot take samples of shape [1, 2]"));
}

TEST_F(TorchscriptTest, GivesEveryTensorOfADictOutsideOfAJob) {
  const std::string two = "def forward(self, x):\n  return {'raw': x, 'logits': torch.neg(x)}\n";
  ASSERT_TRUE(make(two, "output_name = \"raw\""));
  const auto made = teacher::open_torchscript(scratch_.path("m.pt"))->run(batch_);
  ASSERT_TRUE(made) << made.error().text();
  std::map<std::string, Tensor> outputs(made->begin(), made->end());
  ASSERT_EQ(outputs.size(), 2U);
  EXPECT_THAT(floats(outputs.at("logits")), ElementsAre(-1, -2, -3, -4, -5, -6));
  ASSERT_TRUE(write_file(scratch_.path("m.pt"), "no module"));
  EXPECT_THAT(teacher::open_torchscript(scratch_.path("m.pt")).error().text(), HasSubstr("is no TorchScript module"));
}

}  // namespace
}  // namespace apprentice::test
