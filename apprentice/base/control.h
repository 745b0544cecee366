// SPDX-License-Identifier: Apache-2.0
// How long work talks to its caller: it reports progress and asks whether to stop. The library itself prints nothing.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>

#include "apprentice/base/error.h"

namespace apprentice {

struct Progress {
  std::string task;    // "label", "train student", ...
  int64_t done = 0;    // units finished
  int64_t total = 0;   // 0 when unknown
  std::string detail;  // one short line: losses, samples/s
};

// Copied freely; `stop` and `outer` must outlive the work. Callbacks come from the thread that called the work.
struct RunControl {
  std::function<void(const Progress&)> on_progress;
  const std::atomic<bool>* stop = nullptr;
  const RunControl* outer = nullptr;  // of the work that this is a part of: its stop is meant for both

  bool stop_requested() const {
    return (stop != nullptr && stop->load()) || (outer != nullptr && outer->stop_requested());
  }
  void report(const Progress& progress) const {
    if (on_progress) on_progress(progress);
  }
};

inline tl::unexpected<Error> interrupted(const std::string& what) {
  return fail(ErrorKind::kInterrupted, "", "interrupted during {}; run the same command again to resume", what);
}

}  // namespace apprentice
