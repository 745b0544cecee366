// SPDX-License-Identifier: Apache-2.0
// How many threads the machine runs at once; at least 1. Any thread.
#pragma once

#include <algorithm>
#include <thread>

namespace apprentice {

// Asked once: the system reads a file to answer.
inline int core_count() {
  static const int count = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
  return count;
}

}  // namespace apprentice
