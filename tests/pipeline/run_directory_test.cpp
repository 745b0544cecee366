// SPDX-License-Identifier: Apache-2.0
#include "apprentice/pipeline/run_directory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "apprentice/base/files.h"
#include "tests/support/real_data.h"

namespace apprentice {

using pipeline::RunDirectory;

namespace {

using Json = nlohmann::ordered_json;
using ::testing::HasSubstr;

const Json kIdentity = {{"seed", 1}, {"[train]", {{"epochs", 20}}}};

class RunDirectoryTest : public ::testing::Test {
 protected:
  RunDirectory open() {
    auto directory = RunDirectory::open(scratch_.path("run"), "/jobs/job.toml", kIdentity);
    EXPECT_TRUE(directory) << directory.error().text();
    return std::move(*directory);
  }
  // Work that writes `text` to out.txt and counts its calls.
  RunDirectory::Work writes(const RunDirectory& directory, const std::string& text) {
    return [this, path = directory.file("out.txt"), text]() -> Result<std::vector<std::string>> {
      ++calls_;
      APPRENTICE_CHECK(write_file(path, text));
      return std::vector<std::string>{"out.txt"};
    };
  }
  std::string refusal(const Json& identity) {
    const auto directory = RunDirectory::open(scratch_.path("run"), "/jobs/job.toml", identity);
    return directory ? "accepted" : directory.error().text();
  }

  test::Scratch scratch_;
  int calls_ = 0;
};

TEST_F(RunDirectoryTest, RunsAStepOnceForTheSameInputs) {
  RunDirectory directory = open();
  EXPECT_EQ(*directory.once("step", {{"a", 1}}, writes(directory, "x")), pipeline::StepOutcome::kDone);
  EXPECT_EQ(*directory.once("step", {{"a", 1}}, writes(directory, "x")), pipeline::StepOutcome::kUnchanged);
  EXPECT_EQ(calls_, 1);
}

// A run directory from elsewhere must not choose what its results are written over.
TEST_F(RunDirectoryTest, RefusesLinksThatLeadOutOfIt) {
  namespace fs = std::filesystem;
  {
    open();
  }
  ASSERT_TRUE(make_folder(scratch_.path("elsewhere")));
  ASSERT_TRUE(make_folder(scratch_.path("run/device/build")));
  for (const char* target : {"../elsewhere", "/nowhere/at/all"}) {
    for (const char* link : {"report", "device/build/run"}) {
      fs::create_symlink(target, scratch_.path(std::string("run/") + link));
      EXPECT_THAT(refusal(kIdentity), testing::AllOf(HasSubstr(std::string("run/") + link),
                                                     HasSubstr("leads out of the run directory"), HasSubstr("remove")));
      fs::remove(scratch_.path(std::string("run/") + link));
    }
  }
  fs::create_directory_symlink("device", scratch_.path("run/report"));
  EXPECT_EQ(refusal(kIdentity), "accepted");  // stays inside
  fs::remove(scratch_.path("run/lock"));
  fs::create_symlink("../elsewhere/lock", scratch_.path("run/lock"));
  EXPECT_THAT(refusal(kIdentity), HasSubstr("cannot open the lock"));
  EXPECT_TRUE(list_folder(scratch_.path("elsewhere")).empty());
}

TEST_F(RunDirectoryTest, SweepsWhatAKillLeft) {
  { open(); }
  ASSERT_TRUE(make_folder(scratch_.path("run/report")));
  ASSERT_TRUE(make_folder(scratch_.path("run/devices/a")));
  for (const char* file : {"run/report/x.json.tmp-0123abcd", "run/devices/a/x.tmp-0123abcd", "run/report/x.tmp-mine"}) {
    ASSERT_TRUE(write_file(scratch_.path(file), "half"));
  }
  { open(); }
  EXPECT_EQ(list_folder(scratch_.path("run/report")), std::vector<std::string>{"x.tmp-mine"});
  EXPECT_EQ(list_folder(scratch_.path("run/devices/a")).size(), 1U);  // under a lock of its own
}

TEST_F(RunDirectoryTest, RemembersStepsAfterItIsOpenedAgain) {
  {
    RunDirectory directory = open();
    ASSERT_TRUE(directory.once("step", {{"a", 1}}, writes(directory, "x")));
  }
  EXPECT_TRUE(open().is_sealed("step", {{"a", 1}}));
}

TEST_F(RunDirectoryTest, RunsAStepAgainForOtherInputs) {
  RunDirectory directory = open();
  ASSERT_TRUE(directory.once("step", {{"a", 1}}, writes(directory, "x")));
  EXPECT_EQ(*directory.once("step", {{"a", 2}}, writes(directory, "x")), pipeline::StepOutcome::kDone);
}

TEST_F(RunDirectoryTest, RunsAStepAgainWhenItsOutputWasChangedOrRemoved) {
  RunDirectory directory = open();
  ASSERT_TRUE(directory.once("step", {{"a", 1}}, writes(directory, "x")));
  ASSERT_TRUE(write_file(directory.file("out.txt"), "tampered"));
  EXPECT_EQ(*directory.once("step", {{"a", 1}}, writes(directory, "x")), pipeline::StepOutcome::kDone);
  std::filesystem::remove(directory.file("out.txt"));
  EXPECT_EQ(*directory.once("step", {{"a", 1}}, writes(directory, "x")), pipeline::StepOutcome::kDone);
}

TEST_F(RunDirectoryTest, DoesNotSealAStepThatFailed) {
  RunDirectory directory = open();
  const auto fails = []() -> Result<std::vector<std::string>> { return bad_input("place", "no"); };
  EXPECT_FALSE(directory.once("step", {{"a", 1}}, fails));
  EXPECT_FALSE(directory.is_sealed("step", {{"a", 1}}));
}

TEST_F(RunDirectoryTest, RunsAStepAgainWhoseSealIsDamaged) {
  RunDirectory directory = open();
  ASSERT_TRUE(directory.once("step", {{"a", 1}}, writes(directory, "x")));
  ASSERT_TRUE(write_file(directory.file("state/step.json"), "{\"inputs\""));
  EXPECT_FALSE(directory.is_sealed("step", {{"a", 1}}));
}

TEST_F(RunDirectoryTest, RefusesOtherInputsAndNamesTheFirstDifference) {
  { open(); }
  EXPECT_THAT(refusal({{"seed", 1}, {"[train]", {{"epochs", 40}}}}),
              testing::AllOf(HasSubstr("[train] epochs: 20 there, 40 here"), HasSubstr("--run")));
  EXPECT_THAT(refusal({{"seed", 1}, {"[train]", {{"epochs", 20}}}, {"teacher", "ab"}}),
              HasSubstr("teacher: absent there, \"ab\" here"));
  EXPECT_EQ(refusal(kIdentity), "accepted");
}

TEST_F(RunDirectoryTest, RefusesADirectoryInUse) {
  const RunDirectory held = open();
  EXPECT_THAT(refusal(kIdentity), HasSubstr("another process is working in this run directory"));
}

TEST_F(RunDirectoryTest, RefusesAFolderThatHoldsSomethingElse) {
  ASSERT_TRUE(make_folder(scratch_.path("run")));
  ASSERT_TRUE(write_file(scratch_.path("run/thesis.tex"), "x"));
  EXPECT_THAT(refusal(kIdentity), HasSubstr("holds 'thesis.tex' but no run.json"));
}

TEST_F(RunDirectoryTest, OpensADirectoryWhoseFirstWriterWasKilled) {
  ASSERT_TRUE(make_folder(scratch_.path("run")));
  ASSERT_TRUE(write_file(scratch_.path("run/run.json.tmp-0123abcd"), "{"));
  { open(); }
  EXPECT_TRUE(pipeline::is_run_directory(scratch_.path("run")));
}

TEST_F(RunDirectoryTest, RefusesADamagedRunFile) {
  { open(); }
  ASSERT_TRUE(write_file(scratch_.path("run/run.json"), "{"));
  EXPECT_THAT(refusal(kIdentity), testing::AllOf(HasSubstr("is not valid JSON"), HasSubstr("--run")));
}

TEST_F(RunDirectoryTest, KnowsItsJob) {
  { open(); }
  EXPECT_TRUE(pipeline::is_run_directory(scratch_.path("run")));
  const auto source = pipeline::read_job_source(scratch_.path("run"));
  ASSERT_TRUE(source) << source.error().text();
  EXPECT_EQ(source->path, "/jobs/job.toml");
  EXPECT_EQ(source->device, "");
}

}  // namespace
}  // namespace apprentice
