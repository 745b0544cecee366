// SPDX-License-Identifier: Apache-2.0
#include "apprentice/base/conversation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

namespace apprentice {
namespace {

using ::testing::HasSubstr;

Result<Conversation> shell(const std::string& script, double timeout_seconds = 10.0) {
  return Conversation::start({{"sh", "-c", script}, "", timeout_seconds});
}

AnswerSize exactly(size_t size) {
  return [size](std::string_view) { return Result<size_t>(size); };
}

TEST(Conversation, AsksTheSameProgramAgainAndAgain) {
  auto program = shell("while read line; do echo \"<$line>\"; done");
  ASSERT_TRUE(program);
  EXPECT_EQ(*program->ask("one\n", exactly(6)), "<one>\n");
  EXPECT_EQ(*program->ask("two\n", exactly(6)), "<two>\n");
}

// Far more than a pipe holds goes both ways at once, and to standard error, too.
TEST(Conversation, DoesNotBlockOnLongMessages) {
  auto program = shell("tee /dev/stderr");
  ASSERT_TRUE(program);
  const std::string text(size_t{1} << 21, 'x');
  const auto answer = program->ask(text, exactly(text.size()));
  ASSERT_TRUE(answer) << answer.error().text();
  EXPECT_EQ(*answer, text);
}

TEST(Conversation, TellsCodeAndLastWordsOfAProgramThatEnds) {
  auto program = shell("echo lost my weights >&2; exit 3");
  ASSERT_TRUE(program);
  const auto answer = program->ask(std::string(size_t{1} << 20, 'x'), exactly(1));
  ASSERT_FALSE(answer);
  EXPECT_THAT(answer.error().text(), HasSubstr("ended with code 3 after 0 of at least 1 bytes"));
  EXPECT_THAT(answer.error().text(), HasSubstr("lost my weights"));
  EXPECT_THAT(program->ask("", exactly(1)).error().text(), HasSubstr("no longer running"));
}

TEST(Conversation, GivesUpOnASilentProgram) {
  auto program = shell("echo thinking >&2; sleep 100", 0.2);
  ASSERT_TRUE(program);
  const auto start = std::chrono::steady_clock::now();
  const auto answer = program->ask("x", exactly(1));
  ASSERT_FALSE(answer);
  EXPECT_THAT(answer.error().text(), HasSubstr("did not answer within 0.2 s"));
  EXPECT_THAT(answer.error().text(), HasSubstr("thinking"));
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5));
}

TEST(Conversation, SaysHowMuchOfAnAnswerCame) {
  auto program = shell("printf abc");
  ASSERT_TRUE(program);
  EXPECT_THAT(program->ask("", exactly(8)).error().text(), HasSubstr("after 3 of at least 8 bytes"));
}

TEST(Conversation, RefusesAProgramThatIsNotThere) {
  EXPECT_EQ(Conversation::start({{"no-such-program-at-all"}, "", 1.0}).error().kind, ErrorKind::kNotFound);
}

}  // namespace
}  // namespace apprentice
