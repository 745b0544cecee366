// SPDX-License-Identifier: Apache-2.0
// Help texts are kept as files in tests/golden/help; APPRENTICE_UPDATE_GOLDEN=1 writes them anew.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>

#include "apprentice/base/files.h"
#include "program.h"
#include "tests/support/real_data.h"

namespace apprentice::test {
namespace {

const std::vector<std::string>& verbs() {
  static const std::vector<std::string> kVerbs = {
#define APPRENTICE_VERB(name, engine, summary) #name,
#include "apps/apprentice/verbs.def"
#undef APPRENTICE_VERB
  };
  return kVerbs;
}

void expect_golden(const std::string& name, const std::vector<std::string>& arguments) {
  const Finished help = run_program(arguments, "/");
  EXPECT_EQ(help.exit_code, 0);
  EXPECT_EQ(help.err, "");
  const std::string path = source_folder() + "/tests/golden/help/" + name + ".txt";
  if (std::getenv("APPRENTICE_UPDATE_GOLDEN") != nullptr) {
    ASSERT_TRUE(make_folder(source_folder() + "/tests/golden/help"));
    ASSERT_TRUE(write_file(path, help.out));
  }
  EXPECT_EQ(help.out, read_file(path).value_or("(no such file)")) << path;
}

TEST(Help, OfTheProgramIsTheGoldenText) { expect_golden("apprentice", {"--help"}); }

TEST(Help, OfEveryVerbIsTheGoldenTextWithAnExample) {
  for (const std::string& verb : verbs()) {
    expect_golden(verb, {verb, "--help"});
    EXPECT_THAT(read_file(source_folder() + "/tests/golden/help/" + verb + ".txt").value_or(""),
                testing::HasSubstr("Example: apprentice " + verb));
  }
}

TEST(Help, GoldenTextsAreOneForEachVerbAndTheProgram) {
  EXPECT_EQ(list_folder(source_folder() + "/tests/golden/help").size(), verbs().size() + 1);
}

TEST(List, WritesThePagesOfLossesAndOperators) {
  for (const std::string topic : {"losses", "operators"}) {
    const Finished page = run_program({"list", topic, "--markdown"}, "/");
    EXPECT_EQ(page.exit_code, 0) << page.err;
    EXPECT_EQ(page.out, read_file(source_folder() + "/docs/" + topic + ".md").value_or("(no such file)"));
  }
  EXPECT_EQ(run_program({"list", "devices", "--markdown"}, "/").exit_code, 2);
}

TEST(List, KnowsEveryTopic) {
  const std::pair<const char*, const char*> topics[] = {
      {"losses", "kd"},        {"layers", "conv1d"}, {"formats", "csv"}, {"teachers", "onnx"}, {"devices", "stm32l4r5"},
      {"families", "dscnn1d"}, {"steps", "measure"}, {"views", "mixup"}, {"operators", "Conv"}};
  for (const auto& [topic, name] : topics) {
    const Finished list = run_program({"list", topic}, "/");
    EXPECT_EQ(list.exit_code, 0) << list.err;
    EXPECT_THAT(list.out, testing::HasSubstr(name));
  }
}

TEST(List, OfPlainTopicsDoesNotLoadLibtorch) {
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < 3; ++i) EXPECT_EQ(run_program({"list", "devices"}, "/").exit_code, 0);
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count() / 3;
  EXPECT_LT(seconds, 0.3);
}

}  // namespace
}  // namespace apprentice::test
