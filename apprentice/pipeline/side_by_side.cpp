// SPDX-License-Identifier: Apache-2.0
#include "apprentice/pipeline/side_by_side.h"

#include <algorithm>
#include <mutex>
#include <optional>

#include "apprentice/base/thread_pool.h"

namespace apprentice::pipeline {
namespace {

class SideBySide {
 public:
  SideBySide(const std::string& title, const std::vector<SideTask>& tasks, const RunControl& control)
      : title_(title), tasks_(tasks), control_(control), progress_(tasks.size()) {}

  Status run(int threads) {
    ThreadPool pool;
    pool.share(static_cast<int64_t>(tasks_.size()), threads, [this](int64_t i) { work(static_cast<size_t>(i)); });
    if (error_) return tl::unexpected<Error>(*error_);
    return {};
  }

 private:
  void work(size_t task) {
    if (stop_) return;
    const Status done = tasks_[task].work(control_of(task));
    if (done) return;
    const std::lock_guard<std::mutex> lock(mutex_);
    if (!error_) error_ = done.error();
    stop_ = true;
  }

  RunControl control_of(size_t task) {
    RunControl control;
    control.stop = &stop_;
    control.outer = &control_;
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
  std::atomic<bool> stop_{false};
  std::vector<Progress> progress_;
  std::optional<Error> error_;
};

}  // namespace

Status run_side_by_side(const std::string& title, const std::vector<SideTask>& tasks, int threads,
                        const RunControl& control) {
  return SideBySide(title, tasks, control).run(threads);
}

}  // namespace apprentice::pipeline
