// SPDX-License-Identifier: Apache-2.0
#include "apprentice/pipeline/side_by_side.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>

namespace apprentice {
namespace {

constexpr auto kStopPoll = std::chrono::milliseconds(50);

class SideBySide {
 public:
  SideBySide(const std::string& title, const std::vector<SideTask>& tasks, const RunControl& control)
      : title_(title), tasks_(tasks), control_(control), progress_(tasks.size()) {}

  Status run(int threads) {
    const size_t count = std::min(tasks_.size(), static_cast<size_t>(std::max(1, threads)));
    running_ = count;
    std::vector<std::thread> pool;
    for (size_t i = 0; i < count; ++i) pool.emplace_back([this] { work(); });
    wait();
    for (std::thread& thread : pool) thread.join();
    if (error_) return tl::unexpected<Error>(*error_);
    return {};
  }

 private:
  // Passes the caller's wish to stop on to the tasks.
  void wait() {
    std::unique_lock<std::mutex> lock(mutex_);
    while (running_ > 0) {
      ended_.wait_for(lock, kStopPoll);
      if (control_.stop_requested()) stop_ = true;
    }
  }

  void work() {
    for (size_t i = next_++; i < tasks_.size() && !stop_; i = next_++) {
      const Status done = tasks_[i].work(control_of(i));
      if (done) continue;
      const std::lock_guard<std::mutex> lock(mutex_);
      if (!error_) error_ = done.error();
      stop_ = true;
    }
    const std::lock_guard<std::mutex> lock(mutex_);
    running_ -= 1;
    ended_.notify_all();
  }

  RunControl control_of(size_t task) {
    RunControl control;
    control.stop = &stop_;
    control.on_progress = [this, task](const Progress& progress) { report(task, progress); };
    return control;
  }

  // Sums over the tasks, where one that has not started yet counts as the mean of the others; the line is that of the
  // one which reports.
  void report(size_t task, const Progress& progress) {
    const std::lock_guard<std::mutex> lock(mutex_);
    progress_[task] = progress;
    Progress all{title_, 0, 0, tasks_[task].name + " " + progress.detail};
    int64_t started = 0;
    for (const Progress& one : progress_) {
      all.done += one.done;
      all.total += one.total;
      started += one.total > 0 ? 1 : 0;
    }
    if (started > 0) all.total = all.total * static_cast<int64_t>(tasks_.size()) / started;
    control_.report(all);
  }

  const std::string& title_;
  const std::vector<SideTask>& tasks_;
  const RunControl& control_;
  std::mutex mutex_;
  std::condition_variable ended_;
  std::atomic<bool> stop_{false};
  std::atomic<size_t> next_{0};
  size_t running_ = 0;
  std::vector<Progress> progress_;
  std::optional<Error> error_;
};

}  // namespace

Status run_side_by_side(const std::string& title, const std::vector<SideTask>& tasks, int threads,
                        const RunControl& control) {
  return SideBySide(title, tasks, control).run(threads);
}

}  // namespace apprentice
