// SPDX-License-Identifier: Apache-2.0
// The table of losses as a whole, and what is special to one loss.
#include <ATen/ATen.h>
#include <gmock/gmock.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>

#include "apprentice/losses/loss.h"
#include "tests/losses/read_loss.h"
#include "tests/losses/reference.h"
#include "tests/support/real_data.h"

namespace apprentice {
namespace {

using ::testing::HasSubstr;

TEST(LossTable, HasOneFilePerRowAndOneRowPerFile) {
  std::set<std::string> rows, files;
  for (const losses::LossKind& kind : losses::loss_kinds()) rows.insert(kind.name);
  for (const auto& entry : std::filesystem::directory_iterator(test::source_folder() + "/apprentice/losses")) {
    std::ifstream file(entry.path());
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    const std::string stem = entry.path().stem();
    if (text.find("std::unique_ptr<Loss> " + stem + "(") != std::string::npos) files.insert(stem);
  }
  EXPECT_EQ(rows, files);
  EXPECT_EQ(rows.size(), losses::loss_kinds().size()) << "a name is there twice";
}

TEST(LossTable, HasNoReferenceWithoutARow) {
  for (const auto& [name, reference] : loss_references()) EXPECT_NE(losses::find_loss_kind(name), nullptr) << name;
}

TEST(LossTable, RefusesAnUnknownLossAndListsTheKnownOnes) {
  Config config = *Config::parse("name = \"kll\"", "job.toml");
  const auto loss = test::read_loss("kll", config);
  ASSERT_FALSE(loss);
  EXPECT_THAT(loss.error().text(), HasSubstr("job.toml:1:8: unknown loss 'kll'; known losses: "));
  EXPECT_THAT(loss.error().text(), HasSubstr("kd"));
}

TEST(LossTable, NamesALabelOnlyLossForEachTask) {
  for (TaskKind task : {TaskKind::kClassification, TaskKind::kRegression}) {
    const losses::LossKind* kind = losses::find_loss_kind(losses::label_only_loss(task));
    ASSERT_NE(kind, nullptr);
    EXPECT_EQ(kind->task, task);
    EXPECT_FALSE(kind->needs_teacher);
  }
}

TEST(LossTable, IsThePageOfTheDocumentation) {
  const std::string path = test::source_folder() + "/docs/losses.md";
  if (std::getenv("APPRENTICE_UPDATE_GOLDEN") != nullptr) std::ofstream(path) << losses::losses_markdown();
  std::ifstream file(path);
  const std::string page{std::istreambuf_iterator<char>(file), {}};
  EXPECT_EQ(page, losses::losses_markdown()) << "write it anew: apprentice list losses --markdown > docs/losses.md";
}

TEST(Topk, SeesTheRestAsOneBucketWhenTold) {
  Config config = *Config::parse("k = 1\nrest = \"bucket\"", "job.toml");
  const auto loss = test::read_loss("topk", config);
  ASSERT_TRUE(loss && config.finish());
  const at::Tensor teacher = at::log(at::tensor({0.7, 0.2, 0.1}).to(at::kDouble)).unsqueeze(0);
  const at::Tensor student = at::log(at::tensor({0.5, 0.1, 0.4}).to(at::kDouble)).unsqueeze(0);
  const double expected = 0.7 * std::log(0.7 / 0.5) + 0.3 * std::log(0.3 / 0.5);
  EXPECT_NEAR((**loss)({student}, {at::zeros({1}, at::kLong), {}, teacher}).total.item<double>(), expected, 1e-12);
}

TEST(Dkd, IsKdWhenItsHalvesHaveTheWeightsOfKd) {  // KD = TCKD + (1 - q_t) NCKD, with one teacher row
  const at::Tensor teacher = at::tensor({1.0, 2.0, -0.5}).to(at::kDouble).unsqueeze(0);
  const at::Tensor student = at::tensor({0.3, -1.0, 0.8}).to(at::kDouble).unsqueeze(0);
  const double share = 1.0 - at::softmax(teacher, 1)[0][1].item<double>();
  Config halves = *Config::parse(
      fmt::format("T = 1.0\nhard_weight = 0.0\nwarmup_epochs = 0\nother_weight = {:.17f}", share), "job.toml");
  Config whole = *Config::parse("T = 1.0\nhard_weight = 0.0\nsoft_weight = 1.0", "job.toml");
  const losses::Targets targets{at::ones({1}, at::kLong), {}, teacher};
  EXPECT_NEAR((**test::read_loss("dkd", halves))({student}, targets).total.item<double>(),
              (**test::read_loss("kd", whole))({student}, targets).total.item<double>(), 1e-12);
}

TEST(Dml, TakesTheMeanOverItsPeers) {
  const at::Tensor first = at::tensor({1.0, 2.0, -0.5}).to(at::kDouble).unsqueeze(0), second = -first;
  const at::Tensor student = at::tensor({0.3, -1.0, 0.8}).to(at::kDouble).unsqueeze(0);
  Config keys = *Config::parse("hard_weight = 0.0\npeers = 2", "job.toml");
  const auto loss = test::read_loss("dml", keys);
  EXPECT_EQ((*loss)->peers(), 2);
  const auto value = [&](const std::vector<at::Tensor>& peers) {
    losses::Targets targets{at::ones({1}, at::kLong)};
    targets.peers = peers;
    return (**loss)({student, {}}, targets).total.item<double>();
  };
  EXPECT_NEAR(value({first, second}), (value({first}) + value({second})) / 2.0, 1e-12);
  EXPECT_GT(std::abs(value({first}) - value({second})), 0.1);
}

TEST(LossTable, RefusesKdWithoutAnyWeight) {
  Config config = *Config::parse("hard_weight = 0.0\nsoft_weight = 0.0", "job.toml");
  ASSERT_TRUE(test::read_loss("kd", config));
  ASSERT_FALSE(config.finish());
  EXPECT_THAT(config.finish().error().text(), HasSubstr("nothing would be learned"));
}

TEST(Kd, HasTheGradientOfThePaper) {  // Hinton et al. 2015, eq. 2 times T^2: T/B (softmax(z/T) - softmax(v/T))
  Config config = *Config::parse("T = 4.0\nhard_weight = 0.0\nsoft_weight = 1.0", "job.toml");
  const auto loss = test::read_loss("kd", config);
  const at::Tensor teacher = at::linspace(-2.0, 5.0, 12).reshape({3, 4}).to(at::kDouble);
  const at::Tensor student = at::linspace(3.0, -1.0, 12).reshape({3, 4}).to(at::kDouble).set_requires_grad(true);
  (**loss)({student}, {at::zeros({3}, at::kLong), {}, teacher}).total.backward();
  const at::Tensor expected = (at::softmax(student.detach() / 4.0, 1) - at::softmax(teacher / 4.0, 1)) * (4.0 / 3.0);
  EXPECT_LT((student.grad() - expected).abs().max().item<double>(), 1e-12);
}

TEST(Mse, IsTheLabelErrorAloneWithoutATeacher) {
  Config config;
  const auto loss = test::read_loss("mse", config);
  const at::Tensor student = at::tensor({1.0F, 3.0F}).reshape({2, 1}).set_requires_grad(true);
  const losses::LossValue value = (**loss)({student}, {{}, at::tensor({0.0F, 1.0F}).reshape({2, 1}), {}});
  EXPECT_FLOAT_EQ(value.total.item<float>(), 2.5F);
  EXPECT_EQ(value.parts.size(), 1U);
}

}  // namespace
}  // namespace apprentice
