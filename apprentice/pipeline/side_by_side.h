// SPDX-License-Identifier: Apache-2.0
// Several pieces of long work at once, on the threads of a ThreadPool, heard by the caller as one.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "apprentice/base/control.h"

namespace apprentice::pipeline {

struct SideTask {
  std::string name;  // leads its part of the merged progress line
  std::function<Status(const RunControl&)> work;
};

// Starts the tasks in order, at most `threads` at a time. Progress arrives merged under `title`, one caller at a time,
// but from any of the threads. The first error stops the rest and is returned; so does a stop that the caller asks for.
Status run_side_by_side(const std::string& title, const std::vector<SideTask>& tasks, int threads,
                        const RunControl& control);

}  // namespace apprentice::pipeline
