// SPDX-License-Identifier: Apache-2.0
#include "apprentice/base/thread_pool.h"

#include <algorithm>
#include <exception>

namespace apprentice {

// One call of share(). A thread that comes late finds no piece left, and touches nothing of the caller's.
class ThreadPool::Job {
 public:
  Job(int64_t count, const std::function<void(int64_t)>& work) : count_(count), work_(work) {}

  void help() {
    for (int64_t i = next_++; i < count_; i = next_++) {
      std::exception_ptr thrown;
      try {
        if (!failed_) work_(i);
      } catch (...) {
        thrown = std::current_exception();
      }
      const std::lock_guard<std::mutex> lock(mutex_);
      if (thrown != nullptr && !failed_.exchange(true)) thrown_ = thrown;
      if (++done_ == count_) all_done_.notify_all();
    }
  }

  // What was thrown first, or null.
  std::exception_ptr wait() {
    std::unique_lock<std::mutex> lock(mutex_);
    all_done_.wait(lock, [&] { return done_ == count_; });
    return thrown_;
  }

 private:
  const int64_t count_;
  const std::function<void(int64_t)>& work_;
  std::atomic<int64_t> next_{0};
  std::atomic<bool> failed_{false};
  std::mutex mutex_;
  std::condition_variable all_done_;
  int64_t done_ = 0;
  std::exception_ptr thrown_;
};

ThreadPool::~ThreadPool() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    ending_ = true;
  }
  come_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void ThreadPool::share(int64_t count, int threads, const std::function<void(int64_t)>& work) {
  const auto job = std::make_shared<Job>(count, work);
  const auto helpers = static_cast<int>(std::min<int64_t>(threads, count)) - 1;
  const bool together = helpers > 0 && !busy_.exchange(true);
  if (together) wake(job, helpers);
  job->help();
  const std::exception_ptr thrown = job->wait();
  if (together) busy_ = false;
  if (thrown != nullptr) std::rethrow_exception(thrown);
}

void ThreadPool::wake(const std::shared_ptr<Job>& job, int helpers) {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    // A thread that starts now has seen the jobs so far, and so takes part in this one.
    for (auto number = static_cast<int>(threads_.size()); number < helpers; ++number)
      threads_.emplace_back(&ThreadPool::serve, this, number, jobs_);
    job_ = job;
    helpers_ = helpers;
    ++jobs_;
  }
  come_.notify_all();
}

void ThreadPool::serve(int number, int64_t seen) {
  std::unique_lock<std::mutex> lock(mutex_);
  while (true) {
    come_.wait(lock, [&] { return ending_ || jobs_ != seen; });
    if (ending_) return;
    seen = jobs_;
    const std::shared_ptr<Job> job = number < helpers_ ? job_ : nullptr;
    lock.unlock();
    if (job != nullptr) job->help();
    lock.lock();
  }
}

}  // namespace apprentice
