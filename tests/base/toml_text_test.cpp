// SPDX-License-Identifier: Apache-2.0
#include "apprentice/base/toml_text.h"

#include <gtest/gtest.h>

#include "apprentice/base/config.h"

namespace apprentice {
namespace {

TEST(TomlText, OfEveryCharacterIsReadBackAsItWas) {
  std::string all = "\"\\ ä €";
  for (char c = 1; c != '\x7f'; ++c) all += c;
  all += "\x7f end";
  auto config = Config::parse("text = " + toml_text(all) + "\nlist = " + toml_value({all, "b"}), "job");
  ASSERT_TRUE(config) << config.error().text();
  std::string text;
  std::vector<std::string> list;
  config->read("text", text).read("list", list);
  EXPECT_EQ(text, all);
  EXPECT_EQ(list, (std::vector<std::string>{all, "b"}));
}

}  // namespace
}  // namespace apprentice
