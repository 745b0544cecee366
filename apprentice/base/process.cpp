// SPDX-License-Identifier: Apache-2.0
#include "apprentice/base/process.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <sstream>

extern char** environ;

namespace apprentice {
namespace {

constexpr int kPollMilliseconds = 50;

// A file descriptor closed with its scope.
class Descriptor {
 public:
  explicit Descriptor(int value) : value_(value) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() { reset(); }
  int get() const { return value_; }
  void reset() {
    if (value_ >= 0) ::close(value_);
    value_ = -1;
  }

 private:
  int value_;
};

// What posix_spawn is told; freed with its scope.
struct SpawnPlan {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  SpawnPlan() {
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
  }
  SpawnPlan(const SpawnPlan&) = delete;
  SpawnPlan& operator=(const SpawnPlan&) = delete;
  ~SpawnPlan() {
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
  }
};

Result<pid_t> start(const std::string& program, const ProcessCall& call, int output) {
  SpawnPlan plan;
  posix_spawn_file_actions_addopen(&plan.actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&plan.actions, output, STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&plan.actions, output, STDERR_FILENO);
  if (!call.folder.empty()) posix_spawn_file_actions_addchdir_np(&plan.actions, call.folder.c_str());
  // Its own process group, so that its children can be ended with it.
  posix_spawnattr_setflags(&plan.attributes, POSIX_SPAWN_SETPGROUP);
  posix_spawnattr_setpgroup(&plan.attributes, 0);
  std::vector<char*> arguments;
  for (const std::string& argument : call.arguments) arguments.push_back(const_cast<char*>(argument.c_str()));
  arguments.push_back(nullptr);
  pid_t pid = -1;
  const int error = posix_spawn(&pid, program.c_str(), &plan.actions, &plan.attributes, arguments.data(), environ);
  if (error == 0) return pid;
  return fail(ErrorKind::kIo, program, "cannot be started: {}", std::strerror(error));
}

int wait_for(pid_t pid) {
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

enum class Ending { kClosed, kTimeout, kStopped };

// Collects output until the program closes it, the time is over, or someone asks to stop.
Ending collect(int descriptor, const ProcessCall& call, const RunControl& control, std::string& output) {
  using Clock = std::chrono::steady_clock;
  const auto deadline = Clock::now() + std::chrono::duration<double>(call.timeout_seconds);
  char buffer[4096];
  while (true) {
    if (control.stop_requested()) return Ending::kStopped;
    if (Clock::now() > deadline) return Ending::kTimeout;
    pollfd watched{descriptor, POLLIN, 0};
    if (::poll(&watched, 1, kPollMilliseconds) <= 0) continue;
    const ssize_t count = ::read(descriptor, buffer, sizeof buffer);
    if (count == 0) return Ending::kClosed;
    if (count < 0) continue;
    const auto room = static_cast<size_t>(call.max_output_bytes) - output.size();
    output.append(buffer, std::min(static_cast<size_t>(count), room));
  }
}

}  // namespace

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
  promise(!call.arguments.empty(), "run_process takes a program");
  const std::string& name = call.arguments[0];
  const bool beside = !call.folder.empty() && name.rfind("./", 0) == 0;
  const std::string program =
      find_program(beside ? std::filesystem::absolute(call.folder).string() + "/" + name : name);
  if (program.empty()) return fail(ErrorKind::kNotFound, call.arguments[0], "no such program in PATH");
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return fail(ErrorKind::kIo, program, "no pipe: {}", std::strerror(errno));
  Descriptor reader(ends[0]), writer(ends[1]);
  APPRENTICE_TRY(const pid_t pid, start(program, call, writer.get()));
  writer.reset();
  ProcessResult result;
  const Ending ending = collect(reader.get(), call, control, result.output);
  if (ending != Ending::kClosed) ::kill(-pid, SIGKILL);
  result.exit_code = wait_for(pid);
  if (ending == Ending::kStopped) return interrupted(call.arguments[0]);
  if (ending == Ending::kTimeout) {
    return fail(ErrorKind::kIo, call.arguments[0], "did not finish within {} s", call.timeout_seconds);
  }
  return result;
}

}  // namespace apprentice
