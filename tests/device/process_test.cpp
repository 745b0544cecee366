// SPDX-License-Identifier: Apache-2.0
#include "apprentice/base/process.h"

#include <gtest/gtest.h>

#include <chrono>

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
