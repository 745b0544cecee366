// SPDX-License-Identifier: Apache-2.0
// ThreadPool: several threads take pieces of one work, one by one. Nobody waits for a thread that the system gives no
// time: it takes fewer pieces, or none.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace apprentice {

// Its threads start when first needed and end with it. Any thread may call share(); while the pool is at work, other
// callers, a piece among them, do their pieces alone.
class ThreadPool {
 public:
  ThreadPool() = default;
  ~ThreadPool();
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  // Calls work(0) ... work(count - 1), begun in this order, on at most `threads` threads at once, of which the caller
  // is one. Returns when all are done. `work` may throw: the first exception is thrown again here, and pieces that were
  // not begun are left out.
  void share(int64_t count, int threads, const std::function<void(int64_t)>& work);

 private:
  class Job;
  void wake(const std::shared_ptr<Job>& job, int helpers);
  void serve(int number, int64_t seen);

  std::atomic<bool> busy_{false};
  std::mutex mutex_;  // of all below
  std::condition_variable come_;
  std::vector<std::thread> threads_;
  std::shared_ptr<Job> job_;
  int helpers_ = 0;   // threads that the job wants beside its caller
  int64_t jobs_ = 0;  // so far
  bool ending_ = false;
};

}  // namespace apprentice
