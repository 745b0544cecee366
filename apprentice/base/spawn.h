// SPDX-License-Identifier: Apache-2.0
// Starting a program without a shell, and waiting for it. Internal to base/; process.h and conversation.h are its
// faces.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "apprentice/base/error.h"

namespace apprentice {

// What the program has as standard input, output and error; -1 = nothing (/dev/null).
struct Streams {
  int input = -1, output = -1, error = -1;
};

// Arguments go through unchanged; the program is a name in PATH, a path, or ./name in `folder`, where it runs (empty =
// here). `temporary`, where not empty, is its TMPDIR. It gets its own process group, so that its children can be ended
// with it, and they are, when this program is killed. Errors: kNotFound, kIo.
Result<pid_t> spawn(const std::vector<std::string>& arguments, const std::string& folder, const Streams& streams,
                    const std::string& temporary = "");

// Waits; the exit code, or 128 + signal when a signal ended it.
int wait_for(pid_t pid);
// As wait_for, but gives up after a while (-1 = still running).
int wait_for(pid_t pid, double seconds);

}  // namespace apprentice
