// SPDX-License-Identifier: Apache-2.0
#include "apprentice/base/thread_pool.h"

#include <gtest/gtest.h>

#include <set>
#include <stdexcept>

namespace apprentice {
namespace {

TEST(ThreadPool, DoesEveryPieceOnceAndMayBeUsedAgain) {
  ThreadPool pool;
  for (const int threads : {1, 4, 2, 8}) {
    for (const int64_t count : {0, 1, 3, 1000}) {
      std::vector<std::atomic<int>> done(static_cast<size_t>(count));
      pool.share(count, threads, [&](int64_t i) { ++done[static_cast<size_t>(i)]; });
      for (const auto& times : done) EXPECT_EQ(times, 1);
    }
  }
}

// Each piece waits until all are begun, which takes a thread for each.
TEST(ThreadPool, RunsAsManyPiecesAtOnceAsItHasThreads) {
  ThreadPool pool;
  for (int round = 0; round < 20; ++round) {
    std::atomic<int> begun{0};
    pool.share(3, 3, [&](int64_t) {
      ++begun;
      while (begun < 3) std::this_thread::yield();
    });
  }
}

TEST(ThreadPool, NeverUsesMoreThreadsThanAskedForThoughItHasThem) {
  ThreadPool pool;
  pool.share(4, 4, [](int64_t) {});
  std::set<std::thread::id> threads;
  pool.share(100, 1, [&](int64_t) { threads.insert(std::this_thread::get_id()); });
  EXPECT_EQ(threads, std::set<std::thread::id>{std::this_thread::get_id()});
}

TEST(ThreadPool, ThrowsTheFirstExceptionAgainAndLeavesOutWhatWasNotBegun) {
  ThreadPool pool;
  std::atomic<int> done{0};
  const auto failing = [&](int64_t i) {
    if (i == 7) throw std::runtime_error("seven");
    ++done;
  };
  EXPECT_THROW(pool.share(100000, 2, failing), std::runtime_error);
  EXPECT_LT(done, 100000);
  done = 0;
  pool.share(5, 2, failing);
  EXPECT_EQ(done, 5);
}

TEST(ThreadPool, LetsAPieceShareItsOwnWork) {
  ThreadPool pool;
  std::atomic<int64_t> sum{0};
  pool.share(4, 2, [&](int64_t) { pool.share(10, 2, [&](int64_t i) { sum += i; }); });
  EXPECT_EQ(sum, 4 * 45);
}

TEST(ThreadPool, ServesSeveralCallersAtOnce) {
  ThreadPool pool, callers;
  std::atomic<int64_t> sum{0};
  callers.share(4, 4, [&](int64_t) {
    for (int round = 0; round < 200; ++round) pool.share(10, 3, [&](int64_t i) { sum += i; });
  });
  EXPECT_EQ(sum, 4 * 200 * 45);
}

}  // namespace
}  // namespace apprentice
