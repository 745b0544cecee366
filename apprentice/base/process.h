// SPDX-License-Identifier: Apache-2.0
// Runs another program (compiler, emulator) and waits for it. No shell: arguments go through unchanged.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "apprentice/base/control.h"
#include "apprentice/base/error.h"

namespace apprentice {

struct ProcessCall {
  std::vector<std::string> arguments;  // program first: a name in PATH, a path, or ./name in folder
  std::string folder;                  // it runs there; empty = here
  std::string temporary;               // its TMPDIR; empty = inherited
  double timeout_seconds = 600.0;
  int64_t max_output_bytes = 1 << 20;  // of stdout and stderr together; what follows is dropped
  std::function<void()> on_wait;       // called some times a second while it runs; may be empty
};

struct ProcessResult {
  int exit_code = -1;  // 128 + signal when a signal ended it
  std::string output;  // stdout and stderr, in the order written
  bool good() const { return exit_code == 0; }
  // The line of the output that tells why it failed: the first one with an error in it, else the first; a full disk is
  // named.
  std::string reason() const;
};

// Standard input is empty. The program and its children are killed when the time is over or `control` asks to stop.
// Errors: kNotFound (no such program), kIo (it ran too long, or could not be started), kInterrupted. A program that
// ends with a failure is a result, not an error. Any thread.
Result<ProcessResult> run_process(const ProcessCall& call, const RunControl& control = {});

// Full path of an executable in PATH, or "".
std::string find_program(const std::string& name);

}  // namespace apprentice
