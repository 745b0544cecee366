// SPDX-License-Identifier: Apache-2.0
#include "apprentice/pipeline/unit.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>

#include "apprentice/base/files.h"
#include "tests/support/real_data.h"

namespace apprentice::test {
namespace {

using Json = nlohmann::ordered_json;
using ::testing::HasSubstr;

class UnitRun : public ::testing::Test {
 protected:
  pipeline::RunDirectory directory(const std::string& name) {
    auto opened = pipeline::RunDirectory::open(scratch_.path(name), "job.toml", Json::object());
    EXPECT_TRUE(opened) << opened.error().text();
    return *opened;
  }
  // A device of a hall.
  pipeline::Run device(const pipeline::RunDirectory& home) { return {{}, directory("device"), {}, home, nullptr}; }
  pipeline::Run alone() {
    const pipeline::RunDirectory own = directory("alone");
    return {{}, own, {}, own, nullptr};
  }
  // Writes `name` where it lies, and counts.
  pipeline::Unit unit(const pipeline::Run& run, const std::string& name,
                      pipeline::Place place = pipeline::Place::kRun) {
    const pipeline::RunDirectory where = place == pipeline::Place::kHome ? run.home : run.directory;
    pipeline::Unit made{name, name,
                        [] {
                          return Json{{"seed", 1}};
                        },
                        [this, where, name](const RunControl&) {
                          ++works_;
                          EXPECT_TRUE(write_file(where.file(name), name));
                          return std::vector<std::string>{name};
                        }};
    made.place = place;
    return made;
  }
  Scratch scratch_;
  std::atomic<int> works_{0};
};

TEST_F(UnitRun, MakesWhatIsNotSealedYet) {
  const pipeline::Run run = alone();
  const pipeline::Units units{unit(run, "one"), unit(run, "two")};
  EXPECT_EQ(*pipeline::run_in_order("make", run, units), pipeline::StepOutcome::kDone);
  EXPECT_EQ(*pipeline::run_in_order("make", run, units), pipeline::StepOutcome::kUnchanged);
  EXPECT_EQ(works_, 2);
  ASSERT_TRUE(write_file(run.directory.file("two"), "changed"));
  EXPECT_EQ(*pipeline::run_in_order("make", run, units), pipeline::StepOutcome::kDone);
  EXPECT_EQ(works_, 3);
}

TEST_F(UnitRun, SealsTheVersionAndAllThatIsRead) {
  const pipeline::Run run = alone();
  ASSERT_TRUE(pipeline::run_in_order("make", run, {unit(run, "one")}));
  const Json record = Json::parse(read_file(run.directory.file("state/one.json")).value_or("null"));
  EXPECT_EQ(record.at("inputs"), (Json{{"version", pipeline::version()}, {"seed", 1}}));
}

TEST_F(UnitRun, AsksForInputsThatTheUnitBeforeHasWritten) {
  const pipeline::Run run = alone();
  pipeline::Unit second = unit(run, "second");
  second.inputs = [&]() -> Result<Json> {
    APPRENTICE_TRY(const std::string hash, hash_file(run.directory.file("first")));
    return Json{{"first", hash}};
  };
  EXPECT_TRUE(pipeline::run_in_order("make", run, {unit(run, "first"), second}));
}

TEST_F(UnitRun, PreparesEveryUnitOfAQueueBeforeTheFirstStarts) {
  pipeline::Run run = alone();
  pipeline::Units units;
  for (const char* name : {"one", "two", "three"}) {
    units.push_back(unit(run, name));
    units.back().prepare = [this]() -> Status {
      EXPECT_EQ(works_, 0);
      return {};
    };
  }
  EXPECT_EQ(*pipeline::run_in_queue("make", run, units), pipeline::StepOutcome::kDone);
  EXPECT_EQ(works_, 3);
  EXPECT_EQ(*pipeline::run_in_queue("make", run, units), pipeline::StepOutcome::kUnchanged);
}

TEST_F(UnitRun, LeavesAloneWhatIsStoredWithASealOfItsOwn) {
  const pipeline::Run run = alone();
  pipeline::Unit stored = unit(run, "answers");
  stored.is_stored = [&] { return file_exists(run.directory.file("answers")); };
  EXPECT_EQ(*pipeline::run_in_order("label", run, {stored}), pipeline::StepOutcome::kDone);
  EXPECT_EQ(*pipeline::run_in_order("label", run, {stored}), pipeline::StepOutcome::kUnchanged);
  EXPECT_FALSE(file_exists(run.directory.file("state/answers.json")));
}

TEST_F(UnitRun, MakesAtHomeWhatDevicesShare) {
  const pipeline::RunDirectory hall = directory("hall");
  const pipeline::Run run = device(hall);
  EXPECT_EQ(*pipeline::run_in_order("teach", run, {unit(run, "teacher", pipeline::Place::kHome)}),
            pipeline::StepOutcome::kDone);
  EXPECT_TRUE(file_exists(hall.file("state/teacher.json")));
  EXPECT_FALSE(run.owns_teacher());
}

TEST_F(UnitRun, RefusesADeviceWhoseHallHasNotMadeItsPart) {
  directory("hall");
  const pipeline::Run run = device(pipeline::RunDirectory::look(scratch_.path("hall")));
  const auto refused = pipeline::run_in_order("teach", run, {unit(run, "teacher", pipeline::Place::kHome)});
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().text(), HasSubstr("`apprentice teach " + scratch_.path("hall") + "` does"));
  EXPECT_EQ(works_, 0);
}

TEST_F(UnitRun, StopsBetweenUnits) {
  pipeline::Run run = alone();
  std::atomic<bool> stop{true};
  run.control.stop = &stop;
  const auto stopped = pipeline::run_in_order("make", run, {unit(run, "one")});
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().kind, ErrorKind::kInterrupted);
}

}  // namespace
}  // namespace apprentice::test
