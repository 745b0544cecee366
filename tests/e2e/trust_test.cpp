// SPDX-License-Identifier: Apache-2.0
// A job or a run directory of others can be looked at: nothing that it names is run.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "apprentice/base/files.h"
#include "program.h"
#include "small_job.h"
#include "tests/support/real_data.h"

namespace apprentice::test {
namespace {

using ::testing::HasSubstr;

// The teacher leaves a file behind when it is started.
class Trust : public ::testing::Test {
 protected:
  Trust() {
    write_waves(scratch_.path());
    JobTables tables = small_job("x86-64-host");
    tables.erase("[teach]");
    tables["[teacher]"] = "source = \"program\"\ncommand = [\"sh\", \"-c\", \"touch started; exit 1\"]\n";
    write_job(tables, scratch_.path("job.toml"));
  }
  Finished run(const std::vector<std::string>& words) { return run_program(words, scratch_.path()); }
  bool was_started() const { return file_exists(scratch_.path("started")); }

  Scratch scratch_;
};

TEST_F(Trust, LookingStartsNoProgram) {
  const Finished explained = run({"explain", "job.toml"});
  EXPECT_EQ(explained.exit_code, 0) << explained.err;
  EXPECT_THAT(explained.out, HasSubstr("touch started"));
  const Finished checked = run({"check", "job.toml"});
  EXPECT_EQ(checked.exit_code, 0) << checked.err;
  EXPECT_THAT(checked.out, testing::AllOf(HasSubstr("job.toml:"), HasSubstr("the program 'sh -c touch started"),
                                          HasSubstr("only where --allow-programs is given")));
  EXPECT_FALSE(was_started());
}

TEST_F(Trust, WhatNeedsAnswersRefusesBeforeItStartsWork) {
  for (const char* verb : {"distill", "label", "report"}) {
    const Finished refused = run({verb, "job.toml", "--run", "run"});
    EXPECT_EQ(refused.exit_code, 2) << verb;
    EXPECT_THAT(refused.err, HasSubstr("--allow-programs")) << verb;
    EXPECT_FALSE(file_exists(scratch_.path("run/check.json"))) << verb;
  }
  const Finished received = run({"report", "run"});  // the directory now names the job
  EXPECT_EQ(received.exit_code, 2);
  EXPECT_FALSE(was_started());
}

TEST_F(Trust, AllowedProgramIsStarted) {
  const Finished checked = run({"check", "job.toml", "--allow-programs"});
  EXPECT_EQ(checked.exit_code, 2);
  EXPECT_THAT(checked.err, HasSubstr("ended with code 1"));
  EXPECT_TRUE(was_started());
}

TEST_F(Trust, TorchscriptIsCodeToo) {
  ASSERT_TRUE(write_file(scratch_.path("m.pt"), "no module"));
  const Finished looked = run({"inspect", "m.pt"});
  EXPECT_EQ(looked.exit_code, 2);
  EXPECT_THAT(looked.err, HasSubstr("--allow-programs"));
  EXPECT_THAT(run({"inspect", "m.pt", "--allow-programs"}).err, HasSubstr("is no TorchScript module"));
  JobTables tables = small_job("x86-64-host");
  tables.erase("[teach]");
  tables["[teacher]"] = "source = \"torchscript\"\npath = \"m.pt\"\n";
  write_job(tables, scratch_.path("module.toml"));
  EXPECT_EQ(run({"explain", "module.toml"}).exit_code, 0);
  EXPECT_THAT(run({"check", "module.toml"}).out, HasSubstr("the TorchScript module 'm.pt'"));
  EXPECT_THAT(run({"check", "module.toml", "--allow-programs"}).err, HasSubstr("is no TorchScript module"));
}

}  // namespace
}  // namespace apprentice::test
