// SPDX-License-Identifier: Apache-2.0
#include "apprentice/base/config.h"

#include <gtest/gtest.h>

namespace apprentice {
namespace {

Config parse(const std::string& text) {
  Result<Config> config = Config::parse(text, "job.toml");
  EXPECT_TRUE(config) << (config ? "" : config.error().text());
  return *config;
}

std::string finish_error(Config& config) {
  const Status status = config.finish();
  return status ? "" : status.error().text();
}

TEST(Config, KeepsDefaultsOfAbsentKeysAndReadsPresentOnes) {
  Config config = parse("epochs = 3\nrate = 1\nname = 'a'\nlist = [1, 2.5]\nnames = 'one'\n");
  int64_t epochs = 1;
  int64_t batch = 64;
  double rate = 0.5;
  std::string name;
  std::vector<double> list;
  std::vector<std::string> names;
  config.read("epochs", epochs).read("batch", batch).read("rate", rate).read("name", name);
  config.read("list", list).read("names", names);
  EXPECT_EQ(finish_error(config), "");
  EXPECT_EQ(epochs, 3);
  EXPECT_EQ(batch, 64);
  EXPECT_DOUBLE_EQ(rate, 1.0);
  EXPECT_EQ(name, "a");
  EXPECT_EQ(list, (std::vector<double>{1.0, 2.5}));
  EXPECT_EQ(names, std::vector<std::string>{"one"});
}

TEST(Config, RefusesZeroBytesInTexts) {
  Config config = parse("path = \"a\\u0000b\"\n");
  std::string path;
  config.read("path", path);
  EXPECT_EQ(finish_error(config), std::string("job.toml:1:8: 'path' is the text 'a") + '\0' +
                                      "b'; expected a text in quotes, without zero bytes");
}

TEST(Config, NamesUnknownKeyWithItsLineAndTheKnownOnes) {
  Config config = parse("[train]\nepochs = 3\nepocs = 4\n");
  Config& train = config.table("train");
  int64_t epochs = 0;
  int64_t batch = 0;
  train.read("epochs", epochs).read("batch", batch);
  EXPECT_EQ(finish_error(config),
            "job.toml:3:1: unknown key 'epocs' in [train]; did you mean 'epochs'? known keys: batch, epochs");
}

TEST(Config, NamesAnUnreadTable) {
  Config config = parse("seed = 1\n[trian]\nepochs = 3\n");
  uint64_t seed = 0;
  config.read("seed", seed);
  EXPECT_EQ(finish_error(config), "job.toml:2:2: unknown key 'trian'; known keys: seed");
}

TEST(Config, SaysWhatAWrongTypeWasAndWhatIsExpected) {
  Config config = parse("epochs = 'many'\n");
  int64_t epochs = 0;
  config.read("epochs", epochs);
  EXPECT_EQ(finish_error(config), "job.toml:1:10: 'epochs' is the text 'many'; expected an integer");
}

TEST(Config, RefusesNonFiniteNumbersAndNegativeUnsigned) {
  Config infinite = parse("rate = inf\n");
  double rate = 0.0;
  infinite.read("rate", rate);
  EXPECT_EQ(finish_error(infinite), "job.toml:1:8: 'rate' is the number inf; expected a finite number");
  Config negative = parse("seed = -1\n");
  uint64_t seed = 0;
  negative.read("seed", seed);
  EXPECT_EQ(finish_error(negative), "job.toml:1:8: 'seed' is the integer -1; expected an integer of at least 0");
}

TEST(Config, RefusesANumberOutsideItsBoundsAndGoesOnWithTheLeast) {
  Config config = parse("width = 8\nrate = 0.5\ndepth = 40\n");
  int64_t width = 64, depth = 2, absent = 3;
  double rate = 0.1;
  config.read_bounded("width", width, 8, 64).read_bounded("rate", rate, 0.0, 0.5).read_bounded("absent", absent, 1, 9);
  EXPECT_EQ(finish_error(config), "job.toml:3:1: unknown key 'depth'; known keys: absent, rate, width");
  EXPECT_EQ(width + absent, 11);
  EXPECT_DOUBLE_EQ(rate, 0.5);
  Config other = parse("width = 8\nrate = 0.5\ndepth = 40\n");
  other.read_bounded("depth", depth, 1, 32).read("rate", rate).read("width", width);
  EXPECT_EQ(finish_error(other), "job.toml:3:9: 'depth' is 40; expected 1 to 32");
  EXPECT_EQ(depth, 1);
}

TEST(Config, ReportsAMissingRequiredKey) {
  Config config = parse("[teacher]\n");
  std::string path;
  config.table("teacher").require("path", path);
  EXPECT_EQ(finish_error(config), "job.toml:1:1: key 'path' is missing in [teacher]");
}

TEST(Config, KeepsTheFirstOfSeveralErrors) {
  Config config = parse("a = 'x'\nb = 'y'\n");
  int64_t value = 0;
  config.read("a", value).read("b", value);
  EXPECT_EQ(finish_error(config), "job.toml:1:5: 'a' is the text 'x'; expected an integer");
}

TEST(Config, ReadsArraysOfTables) {
  Config config = parse("[[layer]]\nname = 'a'\n[[layer]]\nname = 'b'\n");
  std::vector<std::string> names;
  for (Config& layer : config.tables("layer")) {
    std::string name;
    layer.read("name", name);
    names.push_back(name);
  }
  EXPECT_EQ(finish_error(config), "");
  EXPECT_EQ(names, (std::vector<std::string>{"a", "b"}));
}

TEST(Config, RefusesUnknownChoicesByName) {
  Config config = parse("optimizer = 'adam'\n");
  std::string optimizer = "adamw";
  config.read_choice("optimizer", optimizer, {"sgd", "adamw"});
  EXPECT_EQ(finish_error(config),
            "job.toml:1:13: unknown optimizer 'adam'; did you mean 'adamw'? known values: adamw, sgd");
}

TEST(Config, EchoesEveryValueInForce) {
  Config config = parse("seed = 7\n[train]\nepochs = 3\n");
  uint64_t seed = 0;
  int64_t epochs = 0;
  double rate = 0.25;
  config.read("seed", seed);
  config.table("train").read("epochs", epochs).read("rate", rate);
  EXPECT_EQ(config.resolved().dump(), R"({"seed":7,"train":{"epochs":3,"rate":0.25}})");
}

TEST(Config, ACopyGoesItsOwnWay) {
  Config config = parse("seed = 7\n[train]\nepochs = 'many'\n[[layer]]\nwidth = 2\n");
  uint64_t seed = 0;
  int64_t epochs = 0, width = 0;
  config.read("seed", seed).tables("layer").front().read("width", width);
  Config copy = config, layer = config.tables("layer").front();
  copy.table("train").read("epochs", epochs);
  EXPECT_EQ(finish_error(copy), "job.toml:3:10: 'epochs' is the text 'many'; expected an integer");
  EXPECT_EQ(copy.resolved().dump(), R"({"seed":7,"layer":[{"width":2}],"train":{"epochs":0}})");
  EXPECT_EQ(config.resolved().dump(), R"({"seed":7,"layer":[{"width":2}]})");
  EXPECT_EQ(finish_error(layer), "");
  EXPECT_EQ(finish_error(config), "job.toml:2:2: unknown key 'train'; known keys: layer, seed");
  Config part = copy.table("train");
  EXPECT_NE(finish_error(part), "");
}

TEST(Config, PlacesSyntaxErrors) {
  const Result<Config> config = Config::parse("a = \n", "job.toml");
  ASSERT_FALSE(config);
  EXPECT_EQ(config.error().place, "job.toml:1:5");
  EXPECT_EQ(config.error().kind, ErrorKind::kBadInput);
}

TEST(Config, ReportsAMissingFile) {
  const Result<Config> config = Config::parse_file("/nonexistent/job.toml");
  ASSERT_FALSE(config);
  EXPECT_EQ(config.error().text(), "/nonexistent/job.toml: cannot open the file: No such file or directory");
}

const char* const kHall =
    "[student]\nfamily = \"dscnn1d\"\nwidth = 8\nkernel = 5\n"
    "[[device]]\nid = \"a\"\n[device.student]\nwidth = 4\n[device.relevance]\nclasses = [\"x\"]\n"
    "[[device]]\nid = \"b\"\n[device.student]\nfamily = \"mlp\"\n";
const std::vector<ConfigLayer> kLayers = {{"student", {"family", "layer"}}, {"relevance", {}}};

TEST(ConfigEntry, LiesOverTheDocumentKeyByKey) {
  auto config = Config::parse_entry(kHall, "job.toml", "device", 0, kLayers);
  ASSERT_TRUE(config) << config.error().text();
  std::string family, id;
  int64_t width = 0, kernel = 0;
  std::vector<std::string> classes;
  config->table("student").read("family", family).read("width", width).read("kernel", kernel);
  config->table("device").read("id", id);
  config->table("relevance").read("classes", classes);
  EXPECT_TRUE(config->finish()) << config->finish().error().text();
  EXPECT_EQ(family, "dscnn1d");
  EXPECT_EQ(width, 4);
  EXPECT_EQ(kernel, 5);
  EXPECT_EQ(id, "a");
  EXPECT_EQ(classes, std::vector<std::string>{"x"});
}

TEST(ConfigEntry, StandsAloneWhereItSaysWhatTheTableIsAbout) {
  auto config = Config::parse_entry(kHall, "job.toml", "device", 1, kLayers);
  ASSERT_TRUE(config) << config.error().text();
  EXPECT_EQ(config->table("student").keys(), std::vector<std::string>{"family"});
  EXPECT_FALSE(config->has("relevance"));
}

TEST(ConfigEntry, KeepsItsPlacesInTheFile) {
  auto config = Config::parse_entry(kHall, "job.toml", "device", 0, kLayers);
  ASSERT_TRUE(config) << config.error().text();
  Config& student = config->table("student");
  EXPECT_EQ(student.place("width"), "job.toml:8:9");
  EXPECT_EQ(student.place("kernel"), "job.toml:4:10");
  EXPECT_EQ(config->table("relevance").place("classes"), "job.toml:10:11");
  EXPECT_EQ(config->table("device").place("id"), "job.toml:6:6");
}

TEST(ConfigEntry, IsOfAListOfTables) {
  const auto config = Config::parse(std::string(kHall) + "[one]\n[values]\nlist = [1]\n", "job.toml");
  ASSERT_TRUE(config);
  EXPECT_TRUE(config->is_list_of_tables("device"));
  EXPECT_FALSE(config->is_list_of_tables("one"));
  EXPECT_FALSE(config->is_list_of_tables("student"));
  EXPECT_FALSE(config->is_list_of_tables("absent"));
}

}  // namespace
}  // namespace apprentice
