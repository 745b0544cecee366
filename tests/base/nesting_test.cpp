// SPDX-License-Identifier: Apache-2.0
#include "apprentice/base/nesting.h"

#include <gtest/gtest.h>

#include "apprentice/base/config.h"
#include "apprentice/base/json_reader.h"

namespace apprentice {
namespace {

std::string repeat(const std::string& text, int count) {
  std::string all;
  for (int i = 0; i < count; ++i) all += text;
  return all;
}

std::string refusal(const std::string& text) {
  const Result<Config> config = Config::parse(text, "job.toml");
  return config ? "accepted" : config.error().text();
}

constexpr int kMany = 40'000;  // parts, of which toml++ 3.3 overflowed the stack
constexpr const char* kRefused = "keys, tables or lists lie more than 64 levels inside each other";

TEST(Nesting, RefusesTomlThatWouldOverflowTheStack) {
  const std::string dotted = repeat("a.", kMany) + "a";
  EXPECT_EQ(refusal("x = 1\n" + dotted + " = 1\n"), std::string("job.toml:2:128: ") + kRefused);
  EXPECT_EQ(refusal("[" + dotted + "]\n"), std::string("job.toml:1:127: ") + kRefused);
  EXPECT_EQ(refusal("[[" + dotted + "]]\n"), std::string("job.toml:1:126: ") + kRefused);
  EXPECT_EQ(refusal("a = " + repeat("{a.b = ", kMany) + "1" + repeat("}", kMany)),
            std::string("job.toml:1:152: ") + kRefused);
  EXPECT_EQ(refusal("a = " + repeat("[", kMany) + repeat("]", kMany)), std::string("job.toml:1:67: ") + kRefused);
  EXPECT_EQ(refusal(repeat("\"q\" . ", kMany) + "a = 1\n"), std::string("job.toml:1:383: ") + kRefused);
}

TEST(Nesting, CountsDownWhatIsClosedAgain) {
  EXPECT_EQ(refusal("list = [" + repeat("[1.5, {a.b = [2.5]}],", 300) + "]\n"), "accepted");
  EXPECT_EQ(refusal(repeat("[[step]]\nname = 'x'\n[step.more]\na.b.c = 1.5\n", 300)), "accepted");
  EXPECT_EQ(refusal("list = [\n" + repeat("1.25,\n", 1000) + "]\n"), "accepted");
}

TEST(Nesting, LooksNeitherIntoTextsNorIntoComments) {
  const std::string deep = repeat("[{a.", 100);
  EXPECT_EQ(refusal("# " + deep + "\na = \"\\\"" + deep + "\"\nb = '\\'\nc = '" + deep + "'\n"), "accepted");
  EXPECT_EQ(refusal("a = \"\"\"\n" + deep + "\"\"\"\"\"\nb = '''\n" + deep + "''''\nc = \"\"\nd = ''\n"), "accepted");
}

TEST(Nesting, TakesWhatEndsAnywhere) {
  for (const char* text : {"", "\"", "'", "\"\"\"", "'''a", "\"\\", "#", "a = [", "]]}}", "a = \"\\u0000"}) {
    EXPECT_EQ(too_deep_in_toml(text), std::string_view::npos) << text;
    EXPECT_EQ(too_deep_in_json(text), std::string_view::npos) << text;
  }
}

TEST(Nesting, RefusesJsonThatWouldOverflowTheStack) {
  const auto refused = [](const std::string& text) { return parse_json(text, "a.json").error().text(); };
  const std::string too_deep = "a.json: is JSON nested deeper than 64 levels";
  EXPECT_EQ(refused(repeat("[", kMany) + repeat("]", kMany)), too_deep);
  EXPECT_EQ(refused(repeat("{\"a\":", kMany) + "1" + repeat("}", kMany)), too_deep);
  EXPECT_EQ(refused("{"), "a.json: is not valid JSON");
  const std::string wide = "[" + repeat("[{\"]\\\"[\":[]}],", 300) + "[]]";
  EXPECT_EQ(parse_json(wide, "a.json")->size(), 301U);
}

}  // namespace
}  // namespace apprentice
