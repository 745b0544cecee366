// SPDX-License-Identifier: Apache-2.0
#include "apprentice/train/torch_session.h"

#include <ATen/Context.h>
#include <ATen/Parallel.h>

#include <mutex>

#include "apprentice/base/cores.h"

namespace apprentice::train {
namespace {

// The process-wide switches: the first session saves and sets them, the last one puts them back.
struct Switches {
  std::mutex mutex;
  int sessions = 0;
  bool deterministic = false, warn_only = false, mkldnn = true;

  static Switches& instance() {
    static Switches switches;
    return switches;
  }
  void acquire() {
    const std::lock_guard<std::mutex> lock(mutex);
    if (sessions++ > 0) return;
    at::Context& context = at::globalContext();
    deterministic = context.deterministicAlgorithms();
    warn_only = context.deterministicAlgorithmsWarnOnly();
    mkldnn = context.userEnabledMkldnn();
    context.setDeterministicAlgorithms(true, false);
    context.setUserEnabledMkldnn(true);
  }
  void release() {
    const std::lock_guard<std::mutex> lock(mutex);
    if (--sessions > 0) return;
    at::Context& context = at::globalContext();
    context.setDeterministicAlgorithms(deterministic, warn_only);
    context.setUserEnabledMkldnn(mkldnn);
  }
};

}  // namespace

TorchSession::TorchSession(int threads) : previous_threads_(at::get_num_threads()) {
  at::set_num_threads(threads > 0 ? threads : core_count());
  Switches::instance().acquire();
}

TorchSession::~TorchSession() {
  Switches::instance().release();
  at::set_num_threads(previous_threads_);
}

}  // namespace apprentice::train
