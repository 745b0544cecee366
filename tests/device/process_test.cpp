// SPDX-License-Identifier: Apache-2.0
#include "apprentice/base/process.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <functional>
#include <thread>

#include "apprentice/base/files.h"
#include "tests/support/real_data.h"

namespace apprentice {
namespace {

ProcessCall shell(const std::string& script) {
  ProcessCall call;
  call.arguments = {"sh", "-c", script};
  return call;
}

TEST(Process, GivesExitCodeAndBothOutputs) {
  const auto result = run_process(shell("echo out; echo err >&2; exit 3"));
  ASSERT_TRUE(result);
  EXPECT_EQ(result->exit_code, 3);
  EXPECT_EQ(result->output, "out\nerr\n");
}

TEST(Process, PassesArgumentsThroughUnchanged) {
  ProcessCall call;
  call.arguments = {"printf", "%s|", "a b", "$HOME", "*", "\"quoted\""};
  EXPECT_EQ(run_process(call)->output, "a b|$HOME|*|\"quoted\"|");
}

TEST(Process, RunsInTheFolderItIsGiven) {
  test::Scratch scratch;
  ProcessCall call = shell("pwd -P");
  call.folder = scratch.path();
  EXPECT_EQ(run_process(call)->output, std::filesystem::canonical(scratch.path()).string() + "\n");
}

TEST(Process, EndsAProgramAndItsChildrenThatTakeTooLong) {
  ProcessCall call = shell("sleep 30 & sleep 30; wait");
  call.timeout_seconds = 0.2;
  const auto start = std::chrono::steady_clock::now();
  const auto result = run_process(call);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().text(), "sh: did not finish within 0.2 s");
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(20));
}

TEST(Process, StopsWhenAsked) {
  const std::atomic<bool> stop{true};
  RunControl control;
  control.stop = &stop;
  const auto result = run_process(shell("sleep 30"), control);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, ErrorKind::kInterrupted);
}

// As the kernel's out-of-memory killer ends a program.
TEST(Process, EndsWithTheProgramThatStartedItAlsoWhenThatIsKilled) {
  const test::Scratch scratch;
  ProcessCall call = shell("sleep 300 & echo $! > grandchild.part; mv grandchild.part grandchild; sleep 300");
  call.folder = scratch.path();
  const pid_t starter = ::fork();
  if (starter == 0) {
    static_cast<void>(run_process(call));
    ::_exit(0);
  }
  const std::string file = scratch.path("grandchild");
  const auto soon = [](const std::function<bool()>& holds) {
    for (int i = 0; i < 2000 && !holds(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
    return holds();
  };
  ASSERT_TRUE(soon([&] { return file_exists(file); }));
  const pid_t grandchild = std::stoi(*read_file(file));
  EXPECT_EQ(::kill(grandchild, 0), 0);
  ::kill(starter, SIGKILL);
  ::waitpid(starter, nullptr, 0);
  // Whoever takes orphans in may not collect them: a zombie has ended, too.
  const std::string stat = fmt::format("/proc/{}/stat", grandchild);
  const auto ended = [&] {
    std::ifstream line(stat);
    std::string pid, name, state;
    return !(line >> pid >> name >> state) || state == "Z";
  };
  EXPECT_TRUE(soon(ended));
}

TEST(Process, TakesAFolderForItsTemporaryFiles) {
  ProcessCall call = shell("echo $TMPDIR");
  call.temporary = "/there";
  EXPECT_EQ(run_process(call)->output, "/there\n");
}

TEST(Process, IsNotBornDeafToBrokenPipes) {
  const auto before = ::signal(SIGPIPE, SIG_IGN);
  const auto result = run_process(shell("yes | head -1"));
  ::signal(SIGPIPE, before);
  EXPECT_EQ(result->output, "y\n");  // else `yes` would complain of its own
}

TEST(Process, NamesTheLineThatTellsWhyItFailed) {
  ProcessResult result;
  result.output = "In file included from a.c:1:\nb.h:3:1: error: unknown type name 'foo'\nb.h:4: error: more\n";
  EXPECT_EQ(result.reason(), "b.h:3:1: error: unknown type name 'foo'");
  result.output = "a.c: Assembler messages:\na.c: error: x\n/tmp/ccX.s: fatal error: No space left on device\n";
  EXPECT_EQ(result.reason(), "the disk is full: /tmp/ccX.s: fatal error: No space left on device");
  result.output = "Segmentation fault\n";
  EXPECT_EQ(result.reason(), "Segmentation fault");
  result.output = "";
  EXPECT_EQ(result.reason(), "it printed nothing");
}

TEST(Process, KeepsNoMoreOutputThanAskedFor) {
  ProcessCall call = shell("yes | head -c 100000");
  call.max_output_bytes = 1000;
  EXPECT_EQ(run_process(call)->output.size(), 1000U);
}

TEST(Process, SaysWhenAProgramIsNotThere) {
  ProcessCall call;
  call.arguments = {"no-such-program-here"};
  const auto result = run_process(call);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, ErrorKind::kNotFound);
  EXPECT_EQ(find_program("no-such-program-here"), "");
  EXPECT_NE(find_program("sh"), "");
}

TEST(Process, ReportsASignalAs128AndItsNumber) { EXPECT_EQ(run_process(shell("kill -9 $$"))->exit_code, 137); }

}  // namespace
}  // namespace apprentice
