// SPDX-License-Identifier: Apache-2.0
#include "apprentice/pipeline/side_by_side.h"

#include <gtest/gtest.h>

#include <mutex>
#include <set>
#include <thread>

namespace apprentice {
namespace {

// Ends when it is told to stop.
Status wait_for_stop(const RunControl& control) {
  while (!control.stop_requested()) std::this_thread::yield();
  return interrupted("waiting");
}

TEST(SideBySide, RunsEveryTaskAndAddsTheirProgressUp) {
  std::mutex mutex;
  int ran = 0;
  const auto work = [&](const RunControl& control) -> Status {
    control.report({"inner", 5, 10, "halfway"});
    control.report({"inner", 10, 10, "through"});
    const std::lock_guard<std::mutex> lock(mutex);
    ran += 1;
    return {};
  };
  Progress last;
  std::set<int64_t> totals;
  RunControl control;
  control.on_progress = [&](const Progress& progress) {
    last = progress;
    totals.insert(progress.total);
  };
  ASSERT_TRUE(pipeline::run_side_by_side("train", {{"a", work}, {"b", work}, {"c", work}}, 2, control));
  EXPECT_EQ(ran, 3);
  EXPECT_EQ(totals, std::set<int64_t>{30});  // also while only two have started
  EXPECT_EQ(last.task, "train");
  EXPECT_EQ(last.done, 30);
  EXPECT_EQ(last.total, 30);
  EXPECT_EQ(last.detail.substr(1), " through");
}

TEST(SideBySide, NeverRunsMoreThanItsThreads) {
  std::mutex mutex;
  std::set<std::thread::id> threads;
  const auto work = [&](const RunControl&) -> Status {
    const std::lock_guard<std::mutex> lock(mutex);
    threads.insert(std::this_thread::get_id());
    return {};
  };
  ASSERT_TRUE(pipeline::run_side_by_side("train", std::vector<pipeline::SideTask>(20, {"a", work}), 1, {}));
  EXPECT_EQ(threads.size(), 1U);
}

TEST(SideBySide, TheFirstErrorStopsTheOthers) {
  const auto failing = [](const RunControl&) -> Status { return bad_input("job.toml", "is wrong"); };
  const Status done = pipeline::run_side_by_side("train", {{"waits", wait_for_stop}, {"fails", failing}}, 2, {});
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().message, "is wrong");
}

TEST(SideBySide, TheCallersStopReachesEveryTask) {
  const std::atomic<bool> stop{true};
  RunControl control;
  control.stop = &stop;
  const Status done = pipeline::run_side_by_side("train", {{"a", wait_for_stop}, {"b", wait_for_stop}}, 2, control);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().kind, ErrorKind::kInterrupted);
}

}  // namespace
}  // namespace apprentice
