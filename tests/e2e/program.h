// SPDX-License-Identifier: Apache-2.0
// Runs the real program as a child process.
#pragma once

#include <sys/types.h>

#include <csignal>
#include <string>
#include <vector>

namespace apprentice::test {

struct Finished {
  int exit_code = -1;  // 128 + signal when it was killed
  std::string out, err;
};

struct Limits {
  int64_t file_bytes = 0;    // RLIMIT_FSIZE: writing more fails, as on a full disk; 0 = none
  double kill_after_s = 0;   // SIGKILL to the whole process group; 0 = never
  std::string interrupt_at;  // a signal when stderr first holds this
  int signal = SIGINT;       // that one
  std::string search_path;   // PATH of the program; empty = inherited
  std::string output;        // where stdout goes, instead of Finished::out
  int error = -1;            // the descriptor that stderr goes to, instead of Finished::err; -1 = none
  std::vector<int> closed;   // of the descriptors 0 to 2
};

// `folder` is the working directory.
Finished run_program(const std::vector<std::string>& arguments, const std::string& folder, const Limits& limits = {});

}  // namespace apprentice::test
