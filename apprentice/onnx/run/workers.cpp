// SPDX-License-Identifier: Apache-2.0
#include "apprentice/onnx/run/workers.h"

#include <ATen/Parallel.h>
#include <omp.h>

#include <atomic>
#include <condition_variable>
#include <exception>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace apprentice {
namespace {

// One call of share_pieces(). A thread that comes late finds no piece left, and touches nothing of the caller's.
class Job {
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

  void wait() {
    std::unique_lock<std::mutex> lock(mutex_);
    all_done_.wait(lock, [&] { return done_ == count_; });
    if (thrown_ != nullptr) std::rethrow_exception(thrown_);
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

// Threads of the process, started when first needed and kept.
class Workers {
 public:
  ~Workers() {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      ending_ = true;
    }
    come_.notify_all();
    for (std::thread& thread : threads_) thread.join();
  }

  // The calling thread helps, too.
  void do_together(const std::shared_ptr<Job>& job, int helpers) {
    {
      std::unique_lock<std::mutex> lock(mutex_);
      while (static_cast<int>(threads_.size()) < helpers)
        threads_.emplace_back([this, number = static_cast<int>(threads_.size())] { serve(number); });
      ready_.wait(lock, [&] { return started_ == threads_.size(); });
      job_ = job;
      helpers_ = helpers;
      ++jobs_;
    }
    come_.notify_all();
    job->help();
    job->wait();
  }

 private:
  void serve(int number) {
    // libtorch sets the number once in every thread, when it is first asked; what is set after that stays.
    static_cast<void>(at::get_num_threads());
    omp_set_num_threads(1);
    std::unique_lock<std::mutex> lock(mutex_);
    int64_t seen = jobs_;
    ++started_;
    ready_.notify_all();
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

  std::mutex mutex_;
  std::condition_variable come_, ready_;
  size_t started_ = 0;
  std::vector<std::thread> threads_;
  std::shared_ptr<Job> job_;
  int helpers_ = 0;
  int64_t jobs_ = 0;
  bool ending_ = false;
};

// OpenMP's number of threads for the calling thread alone, which libtorch and oneDNN go by; as long as this lives, one.
// at::set_num_threads() would change it for the whole process.
class Alone {
 public:
  Alone() : before_(at::get_num_threads()) { omp_set_num_threads(1); }
  Alone(const Alone&) = delete;
  Alone& operator=(const Alone&) = delete;
  ~Alone() { omp_set_num_threads(before_); }
  int before() const { return before_; }

 private:
  int before_;
};

}  // namespace

void share_pieces(int64_t count, const std::function<void(int64_t)>& work) {
  static Workers workers;
  static std::mutex in_use;
  const std::unique_lock<std::mutex> mine(in_use, std::try_to_lock);
  const Alone alone;
  const auto job = std::make_shared<Job>(count, work);
  const bool by_itself = count < 2 || !mine.owns_lock() || alone.before() < 2 || at::in_parallel_region();
  if (!by_itself) return workers.do_together(job, static_cast<int>(alone.before()) - 1);
  job->help();
  job->wait();
}

}  // namespace apprentice
