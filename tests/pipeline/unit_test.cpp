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
  RunDirectory directory(const std::string& name) {
    auto opened = RunDirectory::open(scratch_.path(name), "job.toml", Json::object());
    EXPECT_TRUE(opened) << opened.error().text();
    return *opened;
  }
  // A device of a hall.
  apprentice::Run device(const RunDirectory& home) { return {{}, directory("device"), {}, home, nullptr}; }
  apprentice::Run alone() {
    const RunDirectory own = directory("alone");
    return {{}, own, {}, own, nullptr};
  }
  // Writes `name` where it lies, and counts.
  Unit unit(const apprentice::Run& run, const std::string& name, Place place = Place::kRun) {
    const RunDirectory where = place == Place::kHome ? run.home : run.directory;
    Unit made{name, name,
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
  const apprentice::Run run = alone();
  const Units units{unit(run, "one"), unit(run, "two")};
  EXPECT_EQ(*run_in_order("make", run, units), StepOutcome::kDone);
  EXPECT_EQ(*run_in_order("make", run, units), StepOutcome::kUnchanged);
  EXPECT_EQ(works_, 2);
  ASSERT_TRUE(write_file(run.directory.file("two"), "changed"));
  EXPECT_EQ(*run_in_order("make", run, units), StepOutcome::kDone);
  EXPECT_EQ(works_, 3);
}

TEST_F(UnitRun, SealsTheVersionAndAllThatIsRead) {
  const apprentice::Run run = alone();
  ASSERT_TRUE(run_in_order("make", run, {unit(run, "one")}));
  const Json record = Json::parse(read_file(run.directory.file("state/one.json")).value_or("null"));
  EXPECT_EQ(record.at("inputs"), (Json{{"version", version()}, {"seed", 1}}));
}

TEST_F(UnitRun, AsksForInputsThatTheUnitBeforeHasWritten) {
  const apprentice::Run run = alone();
  Unit second = unit(run, "second");
  second.inputs = [&]() -> Result<Json> {
    APPRENTICE_TRY(const std::string hash, hash_file(run.directory.file("first")));
    return Json{{"first", hash}};
  };
  EXPECT_TRUE(run_in_order("make", run, {unit(run, "first"), second}));
}

TEST_F(UnitRun, PreparesEveryUnitOfAQueueBeforeTheFirstStarts) {
  apprentice::Run run = alone();
  Units units;
  for (const char* name : {"one", "two", "three"}) {
    units.push_back(unit(run, name));
    units.back().prepare = [this]() -> Status {
      EXPECT_EQ(works_, 0);
      return {};
    };
  }
  EXPECT_EQ(*run_in_queue("make", run, units), StepOutcome::kDone);
  EXPECT_EQ(works_, 3);
  EXPECT_EQ(*run_in_queue("make", run, units), StepOutcome::kUnchanged);
}

TEST_F(UnitRun, LeavesAloneWhatIsStoredWithASealOfItsOwn) {
  const apprentice::Run run = alone();
  Unit stored = unit(run, "answers");
  stored.is_stored = [&] { return file_exists(run.directory.file("answers")); };
  EXPECT_EQ(*run_in_order("label", run, {stored}), StepOutcome::kDone);
  EXPECT_EQ(*run_in_order("label", run, {stored}), StepOutcome::kUnchanged);
  EXPECT_FALSE(file_exists(run.directory.file("state/answers.json")));
}

TEST_F(UnitRun, MakesAtHomeWhatDevicesShare) {
  const RunDirectory hall = directory("hall");
  const apprentice::Run run = device(hall);
  EXPECT_EQ(*run_in_order("teach", run, {unit(run, "teacher", Place::kHome)}), StepOutcome::kDone);
  EXPECT_TRUE(file_exists(hall.file("state/teacher.json")));
  EXPECT_FALSE(run.owns_teacher());
}

TEST_F(UnitRun, RefusesADeviceWhoseHallHasNotMadeItsPart) {
  directory("hall");
  const apprentice::Run run = device(RunDirectory::look(scratch_.path("hall")));
  const auto refused = run_in_order("teach", run, {unit(run, "teacher", Place::kHome)});
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().text(), HasSubstr("`apprentice teach " + scratch_.path("hall") + "` does"));
  EXPECT_EQ(works_, 0);
}

TEST_F(UnitRun, StopsBetweenUnits) {
  apprentice::Run run = alone();
  std::atomic<bool> stop{true};
  run.control.stop = &stop;
  const auto stopped = run_in_order("make", run, {unit(run, "one")});
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().kind, ErrorKind::kInterrupted);
}

}  // namespace
}  // namespace apprentice::test
