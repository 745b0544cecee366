// SPDX-License-Identifier: Apache-2.0
#include "apprentice/base/process.h"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <sstream>

#include "apprentice/base/pipe.h"
#include "apprentice/base/spawn.h"

namespace apprentice {
namespace {

using Clock = std::chrono::steady_clock;
constexpr int kPipeWaitMilliseconds = 50;

enum class Ending { kClosed, kTimeout, kStopped };

// Collects output until the program closes it, the time is over, or someone asks to stop.
Ending collect(int descriptor, const ProcessCall& call, const RunControl& control, std::string& output) {
  const auto deadline = Clock::now() + std::chrono::duration<double>(call.timeout_seconds);
  char buffer[4096];
  while (true) {
    if (control.stop_requested()) return Ending::kStopped;
    if (Clock::now() > deadline) return Ending::kTimeout;
    if (call.on_wait) call.on_wait();
    pollfd watched{descriptor, POLLIN, 0};
    if (::poll(&watched, 1, kPipeWaitMilliseconds) <= 0) continue;
    const ssize_t count = ::read(descriptor, buffer, sizeof buffer);
    if (count == 0) return Ending::kClosed;
    if (count < 0) continue;
    const auto room = static_cast<size_t>(call.max_output_bytes) - output.size();
    output.append(buffer, std::min(static_cast<size_t>(count), room));
  }
}

constexpr const char* kDiskFull = "No space left on device";

bool tells_an_error(const std::string& line) {
  for (const char* mark : {"rror: ", "rror:\t", "ndefined reference", "annot ", "ot found", kDiskFull}) {
    if (line.find(mark) != std::string::npos) return true;
  }
  return false;
}

}  // namespace

std::string ProcessResult::reason() const {
  std::istringstream lines(output);
  std::string first, full;
  if (output.find(kDiskFull) != std::string::npos) full = "the disk is full: ";
  for (std::string line; std::getline(lines, line);) {
    const bool counts = full.empty() ? tells_an_error(line) : line.find(kDiskFull) != std::string::npos;
    if (counts) return full + line;
    if (first.empty()) first = line;
  }
  return first.empty() ? "it printed nothing" : first;
}

std::string find_program(const std::string& name) {
  if (name.find('/') != std::string::npos) return ::access(name.c_str(), X_OK) == 0 ? name : "";
  const char* path = std::getenv("PATH");
  std::istringstream folders(path != nullptr ? path : "");
  for (std::string folder; std::getline(folders, folder, ':');) {
    const std::string candidate = (folder.empty() ? "." : folder) + "/" + name;
    if (::access(candidate.c_str(), X_OK) == 0) return candidate;
  }
  return "";
}

Result<ProcessResult> run_process(const ProcessCall& call, const RunControl& control) {
  APPRENTICE_TRY(Pipe pipe, Pipe::make());
  const int writer = pipe.writer.get();
  APPRENTICE_TRY(const pid_t pid, spawn(call.arguments, call.folder, Streams{-1, writer, writer}, call.temporary));
  pipe.writer.reset();
  ProcessResult result;
  const Ending ending = collect(pipe.reader.get(), call, control, result.output);
  if (ending != Ending::kClosed) ::kill(-pid, SIGKILL);
  result.exit_code = wait_for(pid);
  if (ending == Ending::kStopped) return interrupted(call.arguments[0]);
  if (ending == Ending::kTimeout) {
    return fail(ErrorKind::kIo, call.arguments[0], "did not finish within {} s", call.timeout_seconds);
  }
  return result;
}

}  // namespace apprentice
