// SPDX-License-Identifier: Apache-2.0
// Networks between the teacher and the student: chains of assistants, and a student that is taught by its own kind.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "apprentice/base/files.h"
#include "program.h"
#include "small_job.h"
#include "tests/support/real_data.h"

namespace apprentice::test {
namespace {

using ::testing::HasSubstr;

nlohmann::json read_json(const std::string& path) { return nlohmann::json::parse(read_file(path).value_or("null")); }

class Assistants : public ::testing::Test {
 protected:
  void SetUp() override { write_waves(scratch_.path()); }
  Finished distill(JobTables tables, const std::string& assistants) {
    tables["[train]"] = "epochs = 3\nbatch_size = 16\n";
    tables["[zz]"] = assistants;  // the last table of the file
    std::string text;
    for (const auto& [name, body] : tables) text += (name.empty() || name == "[zz]" ? "" : name + "\n") + body;
    EXPECT_TRUE(write_file(scratch_.path("job.toml"), text));
    return run_program({"distill", "job.toml", "--run", "run"}, scratch_.path());
  }
  std::string path(const std::string& name) const { return scratch_.path(name); }
  Scratch scratch_;
};

TEST_F(Assistants, StandBetweenTheTeacherAndTheStudent) {
  const std::string chain =
      "[[assistant]]\nfamily = \"conv1d\"\nwidth = 10\n[assistant.loss]\nname = \"at\"\n[assistant.train]\nepochs = 4\n"
      "[[assistant]]\n";
  const Finished finished = distill(small_job("x86-64-host"), chain);
  ASSERT_EQ(finished.exit_code, 0) << finished.err;
  EXPECT_EQ(read_json(path("run/assistant0/history.json")).at("points").size(), 4U);
  EXPECT_EQ(read_json(path("run/assistant1/history.json")).at("points").size(), 3U);  // the student's schedule
  EXPECT_FALSE(file_exists(path("run/assistant0/checkpoints")));
  // Each is taught by the one before it; the report still compares with the teacher.
  const auto teacher_of = [&](const std::string& step) {
    return read_json(path("run/state/" + step + ".json")).at("inputs").at("teacher").get<std::string>();
  };
  EXPECT_NE(teacher_of("assistant0"), teacher_of("assistant1"));
  EXPECT_NE(teacher_of("assistant1"), teacher_of("train-student"));
  EXPECT_EQ(teacher_of("report"), teacher_of("assistant0"));
  const Finished again = run_program({"distill", "run"}, path(""));
  ASSERT_EQ(again.exit_code, 0) << again.err;
  EXPECT_THAT(again.err, testing::Not(HasSubstr("done in")));
}

TEST_F(Assistants, CanBeTheStudentItselfWithoutAnyTeacher) {
  JobTables tables = small_job("x86-64-host");
  tables.erase("[teach]");
  const Finished finished = distill(tables, "[[assistant]]\n[assistant.loss]\nname = \"ce\"\n");
  ASSERT_EQ(finished.exit_code, 0) << finished.err;
  EXPECT_TRUE(read_json(path("run/state/train-student.json")).at("inputs").contains("teacher"));
}

TEST_F(Assistants, AreRefusedWhereTheyCannotLearn) {
  JobTables tables = small_job("x86-64-host");
  tables.erase("[teach]");
  const Finished untaught = distill(tables, "[[assistant]]\n");
  EXPECT_EQ(untaught.exit_code, 2);
  EXPECT_THAT(untaught.err, HasSubstr("loss 'kd' learns from a teacher"));
  const Finished misspelt = distill(small_job("x86-64-host"), "[[assistant]]\nwidht = 4\n");
  EXPECT_EQ(misspelt.exit_code, 2);
  EXPECT_THAT(misspelt.err, HasSubstr("unknown key 'widht'"));
}

}  // namespace
}  // namespace apprentice::test
