// SPDX-License-Identifier: Apache-2.0
#include "apprentice/base/json_reader.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>

#include "apprentice/base/files.h"
#include "tests/support/real_data.h"

namespace apprentice {
namespace {

using Json = nlohmann::ordered_json;
constexpr const char* kColours[] = {"red", "blue"};
enum class Colour { kRed, kBlue };

const Json kDocument = Json::parse(R"({"text": "a", "whole": 3, "negative": -3, "large": 18446744073709551615,
  "half": 0.5, "wide": 1e300, "none": null, "yes": true, "colour": "blue", "texts": ["a", "b"], "numbers": [1, 2.5],
  "wholes": [1, 2], "mixed": [1, "x"], "table": {"deep": [{"x": 1}, {"x": "y"}]}})");

// What a reader of the document keeps after `use`.
std::string kept(const std::function<void(const JsonReader&)>& use) {
  const JsonReader reader(kDocument, "a.json");
  use(reader);
  return reader.status() ? "" : reader.status().error().text();
}

TEST(JsonReader, ReadsEveryType) {
  const JsonReader json(kDocument, "a.json");
  EXPECT_EQ(json.text("text"), "a");
  EXPECT_EQ(json.integer("negative", -3, 3), -3);
  EXPECT_EQ(json.count("whole"), 3);
  EXPECT_EQ(json.seed("large"), UINT64_MAX);
  EXPECT_EQ(json.number("half"), 0.5);
  EXPECT_TRUE(std::isnan(json.number("none")));
  EXPECT_EQ(json.finite("wide"), 1e300);
  EXPECT_EQ(json.finite_float("half"), 0.5F);
  EXPECT_TRUE(json.flag("yes"));
  EXPECT_EQ(json.choice<Colour>("colour", kColours), Colour::kBlue);
  EXPECT_EQ(json.texts("texts"), (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(json.finites("numbers"), (std::vector<double>{1, 2.5}));
  EXPECT_EQ(json.integers("wholes", 0, 9), (std::vector<int64_t>{1, 2}));
  EXPECT_EQ(json.integers<2>("wholes", 0, 9), (std::array<int64_t, 2>{1, 2}));
  EXPECT_EQ(json.object("table").objects("deep").front().count("x"), 1);
  EXPECT_TRUE(json.status()) << json.status().error().text();
}

TEST(JsonReader, NamesPlaceFoundAndExpected) {
  const std::pair<std::string, std::function<void(const JsonReader&)>> refusals[] = {
      {"/text: found \"a\", expected a whole number of at least 0", [](const auto& j) { j.count("text"); }},
      {"/whole: found 3, expected a whole number from 4 to 9", [](const auto& j) { j.integer("whole", 4, 9); }},
      {"/half: found 0.5, expected a whole number from 0 to 9", [](const auto& j) { j.integer("half", 0, 9); }},
      {"/large: found 18446744073709551615, expected a whole number of at least 0",
       [](const auto& j) { j.count("large"); }},
      {"/whole: found 3, expected a text", [](const auto& j) { j.text("whole"); }},
      {"/gone: found nothing, expected a text", [](const auto& j) { j.text("gone"); }},
      {"/gone: found nothing, expected a number", [](const auto& j) { j.number("gone"); }},
      {"/none: found nothing, expected a finite number", [](const auto& j) { j.finite("none"); }},
      {"/wide: found 1e+300, expected a finite float32 number", [](const auto& j) { j.finite_float("wide"); }},
      {"/text: found \"a\", expected true or false", [](const auto& j) { j.flag("text"); }},
      {"/negative: found -3, expected a whole number of at least 0", [](const auto& j) { j.seed("negative"); }},
      {"/text: found \"a\", expected one of: red, blue",
       [](const auto& j) { j.template choice<Colour>("text", kColours); }},
      {"/mixed/1: found \"x\", expected a whole number from 0 to 9", [](const auto& j) { j.integers("mixed", 0, 9); }},
      {"/mixed/0: found 1, expected a text", [](const auto& j) { j.texts("mixed"); }},
      {"/text: found \"a\", expected a list", [](const auto& j) { j.finites("text"); }},
      {"/wholes: found [1,2], expected 3 numbers", [](const auto& j) { j.template integers<3>("wholes", 0, 9); }},
      {"/text: found \"a\", expected an object", [](const auto& j) { j.object("text"); }},
      {"/table: found {\"deep\":[{\"x\":1},{\"x\":\"y\"}]}, expected a list",
       [](const auto& j) { j.objects("table"); }},
      {"/table/deep/1/x: found \"y\", expected a whole number of at least 0",
       [](const auto& j) { j.object("table").objects("deep")[1].count("x"); }},
      {"/table: is 7 too many", [](const auto& j) { j.object("table").refuse("is {} too many", 7); }}};
  for (const auto& [sentence, use] : refusals) EXPECT_EQ(kept(use), "a.json#" + sentence);
}

TEST(JsonReader, KeepsTheFirstThingWrong) {
  EXPECT_EQ(kept([](const JsonReader& json) {
              json.object("table").text("gone");
              json.text("whole");
            }),
            "a.json#/table/gone: found nothing, expected a text");
}

TEST(JsonReader, RefusesKeysThatNobodyAskedFor) {
  const Json table = {{"b", 1}, {"a", 2}, {"c", 3}};
  const JsonReader reader(table, "a.json", "write it again");
  reader.count("b");
  EXPECT_FALSE(reader.has("d"));
  reader.has("a");
  reader.refuse_unknown();
  EXPECT_EQ(reader.status().error().text(), "a.json#: unknown key 'c'; known keys: a, b, d; write it again");
}

TEST(JsonReader, RefusesWhatIsNoObject) {
  const Json json = Json::array();
  const JsonReader reader(json, "a.json");
  reader.refuse_unknown();
  EXPECT_EQ(reader.status().error().text(), "a.json#: found [], expected an object");
}

TEST(Json, IsReadFromFilesOrRefusedWithWhatCanBeDone) {
  const test::Scratch scratch;
  const std::string path = scratch.path("a.json");
  ASSERT_TRUE(write_file(path, "[1, 2]"));
  EXPECT_EQ(read_json(path, 6)->size(), 2U);
  EXPECT_FALSE(read_json(path, 5));
  EXPECT_EQ(parse_json("{", "a.json", "make it again").error().text(), "a.json: is not valid JSON; make it again");
  EXPECT_EQ(json_text({{"a", "\xFF"}}), "{\"a\":\"\xEF\xBF\xBD\"}");
}

}  // namespace
}  // namespace apprentice
