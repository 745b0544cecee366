// SPDX-License-Identifier: Apache-2.0
// Help texts are kept as files in tests/golden/help; APPRENTICE_UPDATE_GOLDEN=1 writes them anew.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <regex>
#include <sstream>

#include "apprentice/base/files.h"
#include "apprentice/base/process.h"
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

// Verbs below a verb.
const std::vector<std::string> kBelow = {"package verify"};

// "package verify" has its own: package_verify.txt.
std::string golden_name(std::string command) {
  std::replace(command.begin(), command.end(), ' ', '_');
  return command;
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

TEST(Help, OfVerbsBelowAVerbIsTheGoldenTextWithAnExample) {
  for (const std::string& command : kBelow) {
    const size_t space = command.find(' ');
    expect_golden(golden_name(command), {command.substr(0, space), command.substr(space + 1), "--help"});
    EXPECT_THAT(read_file(source_folder() + "/tests/golden/help/" + golden_name(command) + ".txt").value_or(""),
                testing::HasSubstr("Example: apprentice " + command));
  }
}

TEST(Help, GoldenTextsAreOneForEachVerbAndTheProgram) {
  EXPECT_EQ(list_folder(source_folder() + "/tests/golden/help").size(), verbs().size() + kBelow.size() + 1);
}

// Words after `apprentice` in a line of a page: its verb, and the options it is given.
struct Shown {
  std::string verb;
  std::vector<std::string> options;
};

std::vector<Shown> commands_in(const std::string& page) {
  static const std::regex kCommand("(?:^|[`$] ?)apprentice ([a-z]+)([^`#|>]*)");
  static const std::regex kOption("--[a-z][a-z-]*");
  std::vector<Shown> commands;
  std::istringstream lines(page);
  for (std::string line; std::getline(lines, line);) {
    for (std::sregex_iterator at(line.begin(), line.end(), kCommand), end; at != end; ++at) {
      Shown shown{(*at)[1], {}};
      const std::string rest = (*at)[2];
      for (const std::string& command : kBelow) {
        if ((shown.verb + rest).rfind(command, 0) == 0) shown.verb = command;
      }
      for (std::sregex_iterator option(rest.begin(), rest.end(), kOption); option != end; ++option) {
        shown.options.push_back(option->str());
      }
      commands.push_back(std::move(shown));
    }
  }
  return commands;
}

TEST(Documentation, NamesOnlyVerbsAndOptionsThatThereAre) {
  std::vector<std::string> pages = {"README.md"};
  for (const std::string folder : {"docs/howto", "docs/formats"}) {
    for (const std::string& name : list_folder(source_folder() + "/" + folder)) pages.push_back(folder + "/" + name);
  }
  size_t seen = 0;
  for (const std::string& page : pages) {
    for (const Shown& shown : commands_in(read_file(source_folder() + "/" + page).value_or(""))) {
      ++seen;
      ASSERT_THAT(verbs(), testing::Contains(shown.verb.substr(0, shown.verb.find(' ')))) << page;
      const std::string help = read_file(source_folder() + "/tests/golden/help/" + golden_name(shown.verb) + ".txt")
                                   .value_or("(no such file)");
      for (const std::string& option : shown.options) {
        EXPECT_THAT(help, testing::HasSubstr("  " + option + " ")) << page << ": apprentice " << shown.verb;
      }
    }
  }
  EXPECT_GT(seen, 30U);
}

TEST(CommandLine, HelpsWhoMistypes) {
  const std::pair<std::vector<std::string>, const char*> slips[] = {
      {{"chekc", "job.toml"}, "unknown verb 'chekc'; did you mean 'check'? apprentice --help lists all verbs"},
      {{"teleport"}, "unknown verb 'teleport'; apprentice --help lists all verbs"},
      {{"list", "deviecs"}, "there is no 'deviecs'; did you mean 'devices'? known words: "},
      {{"check", "job.toml", "--jsno"}, "apprentice check takes no option '--jsno'; did you mean '--json'?"},
      {{"distill", "job.toml", "--runn=x"}, "apprentice distill takes no option '--runn'; did you mean '--run'?"},
      {{"package", "verify", "a", "--jsno"},
       "apprentice package verify takes no option '--jsno'; did you mean '--json'? see apprentice package verify"},
      {{"package", "verify"}, "see apprentice package verify --help"},
      {{"explain", "a", "b"}, "apprentice explain takes no argument 'b'; see apprentice explain --help"},
      {{"inspect"}, "see apprentice inspect --help"}};
  for (const auto& [words, sentence] : slips) {
    const Finished finished = run_program(words, "/");
    EXPECT_EQ(finished.exit_code, 2);
    EXPECT_THAT(finished.err, testing::HasSubstr(sentence));
    EXPECT_EQ(finished.out, "");
  }
}

TEST(CommandLine, TakesHelpAsAVerb) {
  EXPECT_EQ(run_program({"help", "new"}, "/").out, run_program({"new", "--help"}, "/").out);
  EXPECT_EQ(run_program({"help", "distill"}, "/").out, run_program({"distill", "--help"}, "/").out);
  EXPECT_EQ(run_program({"help"}, "/").out, run_program({"--help"}, "/").out);
  EXPECT_THAT(run_program({"help", "chekc"}, "/").err, testing::HasSubstr("did you mean 'check'?"));
}

TEST(CommandLine, TellsWhatToDoWithAFile) {
  const Scratch scratch;
  ASSERT_TRUE(write_file(scratch.path("job.toml"), ""));
  EXPECT_THAT(run_program({"job.toml"}, scratch.path()).err,
              testing::HasSubstr("'job.toml' is a file, no verb; apprentice distill job.toml runs the whole chain"));
}

TEST(CommandLine, AloneShowsTheVerbs) {
  const Finished alone = run_program({}, "/");
  EXPECT_EQ(alone.exit_code, 2);
  EXPECT_THAT(alone.err, testing::AllOf(testing::HasSubstr("distill"), testing::HasSubstr("a verb is missing")));
  EXPECT_EQ(run_program({"--version"}, "/").out, run_program({"version"}, "/").out);
}

TEST(Completion, IsReadByTheShellsThatAreHere) {
  const Scratch scratch;
  for (const char* shell : {"bash", "zsh", "fish"}) {
    const Finished script = run_program({"completion", shell}, "/");
    ASSERT_EQ(script.exit_code, 0) << script.err;
    EXPECT_THAT(script.out, testing::AllOf(testing::HasSubstr("distill"), testing::HasSubstr("allow-programs")));
    if (find_program(shell).empty()) continue;
    ASSERT_TRUE(write_file(scratch.path(shell), script.out));
    ProcessCall call;
    call.arguments = {shell, "-n", scratch.path(shell)};
    const auto read = run_process(call);
    EXPECT_EQ(read->output, "") << shell;
    EXPECT_TRUE(read->good()) << shell;
  }
}

// What bash offers after these words.
std::string offered(const std::string& script, const std::string& words) {
  ProcessCall call;
  call.arguments = {"bash", "-c",
                    fmt::format("source {}; COMP_WORDS=({}); COMP_CWORD=$(({{#COMP_WORDS[@]}} - 1)); _apprentice; "
                                "echo ${{COMPREPLY[@]}}",
                                script, words)};
  std::string& text = call.arguments.back();
  text.replace(text.find("{#COMP"), 0, "$");
  return run_process(call)->output;
}

TEST(Completion, OffersVerbsOptionsAndWords) {
  const Scratch scratch;
  ASSERT_TRUE(write_file(scratch.path("script"), run_program({"completion", "bash"}, "/").out));
  EXPECT_EQ(offered(scratch.path("script"), "apprentice dis"), "distill\n");
  EXPECT_EQ(offered(scratch.path("script"), "apprentice check job.toml --js"), "--json\n");
  EXPECT_EQ(offered(scratch.path("script"), "apprentice list dev"), "devices\n");
  EXPECT_EQ(offered(scratch.path("script"), "apprentice package verif"), "verify\n");
  EXPECT_EQ(offered(scratch.path("script"), "apprentice package verify a --js"), "--json\n");
}

TEST(Doctor, TellsWhatIsHereAndWhatIsMissing) {
  const Finished here = run_program({"doctor"}, "/tmp");
  EXPECT_EQ(here.exit_code, 0) << here.err;
  EXPECT_THAT(here.out, testing::AllOf(testing::HasSubstr("libtorch"), testing::HasSubstr("cortex-m4")));
  Limits bare;
  bare.search_path = "/nonexistent";
  const Finished lacking = run_program({"doctor", "--json"}, "/tmp", bare);
  EXPECT_EQ(lacking.exit_code, 2);
  EXPECT_THAT(lacking.err, testing::HasSubstr("no core has both a compiler and an emulator"));
  const auto found = nlohmann::json::parse(lacking.out);
  EXPECT_THAT(found.at("missing_packages").dump(), testing::HasSubstr("qemu-user"));
  EXPECT_GE(found.at("cores"), 1);
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
