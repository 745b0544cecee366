// SPDX-License-Identifier: Apache-2.0
#include "apprentice/families/family.h"

#include <gtest/gtest.h>

#include "apprentice/layers/layer.h"

namespace apprentice {
namespace {

Result<model::NetSpec> read(const std::string& text, const Shape& input, int64_t outputs) {
  Result<Config> config = Config::parse(text, "job.toml");
  EXPECT_TRUE(config);
  APPRENTICE_TRY(model::NetSpec spec, families::read_net_spec(*config, input, outputs));
  APPRENTICE_CHECK(config->finish());
  APPRENTICE_CHECK(layers::check_net(spec, outputs));
  return spec;
}

std::string refusal(const std::string& text, const Shape& input) {
  const Result<model::NetSpec> spec = read(text, input, 4);
  return spec ? "accepted" : spec.error().text();
}

layers::NetCost cost_of(const std::string& text, const Shape& input, int64_t outputs) {
  const Result<model::NetSpec> spec = read(text, input, outputs);
  EXPECT_TRUE(spec) << spec.error().text();
  return *layers::net_cost(*spec);
}

TEST(Families, EveryFamilyFitsEverySizeOfInputItTakes) {
  const std::vector<Shape> shapes = {{1},       {40},      {1, 1},      {3, 7},     {2, 128},
                                     {6, 1000}, {1, 1, 1}, {3, 32, 32}, {1, 49, 10}};
  for (const families::FamilyKind& family : families::family_kinds()) {
    int made = 0;
    for (const Shape& shape : shapes) {
      Config options;
      Result<model::NetSpec> spec = family.make(options, shape, 5);
      if (!spec) {
        EXPECT_NE(spec.error().message.find("; the samples here are "), std::string::npos) << spec.error().text();
        continue;
      }
      ++made;
      const Status fits = layers::check_net(*spec, 5);
      EXPECT_TRUE(fits) << family.name << " " << to_string(shape) << ": " << fits.error().text();
      EXPECT_EQ(spec->name, family.name);
      EXPECT_EQ(spec->input_shape, shape);
    }
    EXPECT_GE(made, 3) << family.name;
  }
}

// Ismail Fawaz et al. 2020, figure 2: the bottleneck and the pooled branch both read the module's input.
TEST(Families, PooledBranchOfAnInceptionModuleReadsTheInputOfTheModule) {
  const model::NetSpec spec = *read("family = 'inceptiontime'\nwidth = 4\ndepth = 4\nkernel = 8\n", {3, 32}, 5);
  std::vector<std::string> pooled;
  for (size_t i = 0; i < spec.layers.size(); ++i) {
    if (spec.layers[i].kind != "maxpool1d") continue;
    pooled.push_back(spec.layers[i].inputs.at(0));
    EXPECT_EQ(spec.layers[i].inputs, spec.layers[i - 4].inputs) << spec.layers[i].name;  // the bottleneck comes first
  }
  ASSERT_EQ(pooled.size(), 4U);
  EXPECT_EQ(pooled.front(), model::kNetInput);
}

// Figures of the MLPerf Tiny reference networks (mlcommons/tiny, closed division models).
TEST(Families, CountTheOperationsOfPublishedNetworks) {
  const layers::NetCost keyword = cost_of(
      "family = 'dscnn2d'\nwidth = 64\ndepth = 4\nstem_kernel = [10, 4]\nstem_stride = [2, 2]\n", {1, 49, 10}, 12);
  EXPECT_EQ(keyword.macs, 2656768);
  const layers::NetCost image = cost_of("family = 'resnet2d'\nwidth = 16\ndepth = 1\nstages = 3\n", {3, 32, 32}, 10);
  EXPECT_EQ(image.macs, 12501632);
  const layers::NetCost large = cost_of("family = 'resnet2d'\nwidth = 40\n", {3, 32, 32}, 10);
  EXPECT_EQ(large.macs, 76473920);
  const std::string dense = "[[layer]]\nkind='dense'\nchannels=";
  std::string encoder;
  for (int units : {128, 128, 128, 128, 8, 128, 128, 128, 128, 640}) encoder += dense + std::to_string(units) + "\n";
  const layers::NetCost anomaly = cost_of(encoder, {640}, 640);
  EXPECT_EQ(anomaly.macs, 264192);
  EXPECT_EQ(anomaly.parameters, 264192 + 8 * 128 + 8 + 640);
}

TEST(Families, EchoEveryKeySoThatAnExplainedJobMakesTheSameNetwork) {
  Config table = *Config::parse("family = 'dscnn1d'\n", "job.toml");
  ASSERT_TRUE(families::read_net_spec(table, {3, 64}, 4));
  const auto keys = table.resolved();
  EXPECT_EQ(keys.value("stem_kernel", 0), 9) << keys.dump();
  EXPECT_EQ(keys.value("stem_stride", 0), 4) << keys.dump();
  EXPECT_EQ(keys.value("kernel", 0), 5) << keys.dump();
}

TEST(Families, WidthAndDepthChangeTheCost) {
  for (const families::FamilyKind& family : families::family_kinds()) {
    const std::string start = std::string("family = '") + family.name + "'\n";
    const std::string name = family.name;
    const Shape shape = name.find("2d") != std::string::npos ? Shape{3, 16, 16} : Shape{3, 64};
    const int64_t base = cost_of(start + "width = 8\ndepth = 2\n", shape, 4).macs;
    EXPECT_GT(cost_of(start + "width = 16\ndepth = 2\n", shape, 4).macs, base) << name;
    EXPECT_GT(cost_of(start + "width = 8\ndepth = 3\n", shape, 4).macs, base) << name;
  }
}

TEST(Families, ReadsLayersWrittenInTheJob) {
  const Result<model::NetSpec> spec = read(R"(
[[layer]]
kind = "conv1d"
channels = 8
kernel = 4
stride = 2
padding = "same"
[[layer]]
name = "r"
kind = "relu"
[[layer]]
kind = "maxpool1d"
kernel = 2
stride = 2
[[layer]]
name = "branch"
kind = "avgpool1d"
kernel = 2
stride = 2
inputs = "r"
[[layer]]
kind = "add"
inputs = ["maxpool1d_1", "branch"]
[[layer]]
kind = "flatten"
[[layer]]
kind = "dense"
channels = 4
)",
                                           {2, 21}, 4);
  ASSERT_TRUE(spec) << spec.error().text();
  ASSERT_EQ(spec->layers.size(), 7U);
  EXPECT_EQ(spec->layers[0].name, "conv1d_1");
  EXPECT_EQ(spec->layers[0].padding, (std::array<int64_t, 4>{0, 1, 0, 2}));
  EXPECT_EQ(spec->layers[2].stride, (std::array<int64_t, 2>{1, 2}));
  EXPECT_EQ(spec->layers[3].inputs, std::vector<std::string>{"r"});
  EXPECT_EQ(spec->layers[6].channels, 4);
  EXPECT_EQ(layers::infer_shapes(*spec)->front(), (Shape{8, 11}));
}

TEST(Families, RefusesWhatNoNetCanBeMadeOf) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"width = 3\n", "'family'"},
      {"family = 'lstm'\n", "unknown family 'lstm'; known families: conv1d, dscnn1d, dscnn2d, inceptiontime, mlp"},
      {"family = 'resnet2d'\n", "resnet2d"},
      {"family = 'mlp'\nwidth = 0\n", "'width' is 0; expected 1 to 8192"},
      {"family = 'mlp'\nwidht = 3\n", "widht"},
      {"family = 'mlp'\n[[layer]]\nkind='relu'\n", "not both"},
      {"[[layer]]\nkind='conv1d'\nkernel=0\n", "kernel"},
      {"[[layer]]\nkind='conv1d'\npadding='full'\n", "padding is \"full\"; expected \"same\", \"valid\""},
      {"[[layer]]\nkind='lstm'\n", "layer 'lstm_1': unknown kind 'lstm'; known kinds: dense"},
      {"[[layer]]\nkind='relu'\n", "layer 'relu_1': the last layer gives [4, 9], but the task needs [4]"}};
  for (const auto& [text, message] : cases) {
    const std::string found = refusal(text, {4, 9});
    EXPECT_NE(found.find(message), std::string::npos) << text << " gave: " << found;
  }
}

}  // namespace
}  // namespace apprentice
