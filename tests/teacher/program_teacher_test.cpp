// SPDX-License-Identifier: Apache-2.0
// The program under test is the shell and this test's own helper, tests/teacher/echo_program.cpp.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/teacher/fixture.h"

namespace apprentice::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class ProgramTest : public testing::Test {
 protected:
  Result<std::unique_ptr<teacher::Teacher>> make(const std::string& mode, const std::string& keys = "") {
    return teacher_of(fmt::format("source = \"program\"\ncommand = [\"{}\", \"{}\"]\n{}", ECHO_PROGRAM, mode, keys),
                      data_, scratch_.path());
  }
  std::string refusal(const std::string& mode, const std::string& keys = "") {
    const auto teacher = make(mode, keys);
    return teacher ? "accepted" : teacher.error().text();
  }

  Scratch scratch_;
  const data::DatasetInfo data_ = data_info({3}, {"a", "b", "c"});
};

TEST_F(ProgramTest, AnswersBatchAfterBatch) {
  auto teacher = make("good", "scale = 2.0\nclasses = [\"c\", \"b\", \"a\"]");
  ASSERT_TRUE(teacher) << teacher.error().text();
  EXPECT_THAT(floats((*teacher)->predict(Tensor::from({1, 3}, {1, 2, 3}), {})->logits), ElementsAre(-6, -4, -2));
  EXPECT_THAT(floats((*teacher)->predict(Tensor::from({2, 3}, {1, 2, 3, 4, 5, 6}), {})->logits),
              ElementsAre(-6, -4, -2, -12, -10, -8));
  EXPECT_THAT((*teacher)->info().description, HasSubstr("good"));
}

TEST_F(ProgramTest, TakesLargeBatches) {
  auto teacher = make("good");
  ASSERT_TRUE(teacher) << teacher.error().text();
  const Tensor batch(DType::kF32, {100000, 3});
  const auto answers = (*teacher)->predict(batch, {});
  ASSERT_TRUE(answers) << answers.error().text();
  EXPECT_EQ(answers->logits.size(), 300000);
}

TEST_F(ProgramTest, ShowsTheLastWordsOfAProgramThatDies) {
  const std::string text = refusal("die");
  EXPECT_THAT(text, HasSubstr("ended with code 7 after 0 of at least 8 bytes"));
  EXPECT_THAT(text, HasSubstr("out of memory in layer 3"));
}

TEST_F(ProgramTest, GivesUpOnAProgramThatHangs) {
  EXPECT_THAT(refusal("hang", "timeout_s = 0.2"), HasSubstr("did not answer within 0.2 s"));
}

TEST_F(ProgramTest, RefusesShortAndForeignAnswers) {
  EXPECT_THAT(refusal("short"), HasSubstr("after 20 of at least 24 bytes"));
  EXPECT_THAT(refusal("chatty"), HasSubstr("the text 'Loading ': only frames may go to standard output"));
  EXPECT_THAT(refusal("huge"), HasSubstr("answers 1 samples with an array of shape [1, 4611686018427387904]"));
  EXPECT_THAT(refusal("fewer"), HasSubstr("answers 1 samples with an array of shape [2, 3]"));
  EXPECT_THAT(refusal("narrow"), HasSubstr("gives 2 values per sample"));
}

TEST_F(ProgramTest, RefusesACommandThatIsNotThere) {
  EXPECT_THAT(teacher_of("source = \"program\"\ncommand = [\"./none\"]", data_, scratch_.path()).error().text(),
              HasSubstr("no such program"));
  EXPECT_THAT(teacher_of("source = \"program\"\ncommand = []", data_, scratch_.path()).error().text(),
              HasSubstr("command is empty"));
  EXPECT_THAT(teacher_of("source = \"program\"", data_, scratch_.path()).error().text(), HasSubstr("command"));
}

TEST_F(ProgramTest, ChangesItsFingerprintWithItsFiles) {
  ASSERT_TRUE(write_file(scratch_.path("weights"), "1"));
  const std::string before = (*make("good", "files = [\"weights\"]"))->info().fingerprint;
  ASSERT_TRUE(write_file(scratch_.path("weights"), "2"));
  EXPECT_NE((*make("good", "files = [\"weights\"]"))->info().fingerprint, before);
  EXPECT_THAT(refusal("good", "files = [\"none\"]"), HasSubstr("none"));
}

}  // namespace
}  // namespace apprentice::test
