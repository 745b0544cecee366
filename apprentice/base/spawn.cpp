// SPDX-License-Identifier: Apache-2.0
#include "apprentice/base/spawn.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <thread>

#include "apprentice/base/orphans.h"
#include "apprentice/base/process.h"

extern char** environ;

namespace apprentice {
namespace {

using Clock = std::chrono::steady_clock;
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
  void connect(int ours, int theirs, int flags) {
    if (ours < 0)
      posix_spawn_file_actions_addopen(&actions, theirs, "/dev/null", flags, 0);
    else
      posix_spawn_file_actions_adddup2(&actions, ours, theirs);
  }
};

// The environment, with another TMPDIR where one is given.
std::vector<std::string> environment_with(const std::string& temporary) {
  std::vector<std::string> lines;
  for (char** line = environ; *line != nullptr; ++line) {
    if (temporary.empty() || std::strncmp(*line, "TMPDIR=", 7) != 0) lines.emplace_back(*line);
  }
  if (!temporary.empty()) lines.push_back("TMPDIR=" + temporary);
  return lines;
}

std::vector<char*> pointers_to(const std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (const std::string& text : texts) pointers.push_back(const_cast<char*>(text.c_str()));
  pointers.push_back(nullptr);
  return pointers;
}

int exit_code_of(int status) { return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status); }

}  // namespace

Result<pid_t> spawn(const std::vector<std::string>& arguments, const std::string& folder, const Streams& streams,
                    const std::string& temporary) {
  promise(!arguments.empty(), "spawn takes a program");
  const std::string& name = arguments[0];
  const bool beside = !folder.empty() && name.rfind("./", 0) == 0;
  const std::string program = find_program(beside ? std::filesystem::absolute(folder).string() + "/" + name : name);
  if (program.empty()) return fail(ErrorKind::kNotFound, name, "no such program in PATH");
  SpawnPlan plan;
  plan.connect(streams.input, STDIN_FILENO, O_RDONLY);
  plan.connect(streams.output, STDOUT_FILENO, O_WRONLY);
  plan.connect(streams.error, STDERR_FILENO, O_WRONLY);
  if (!folder.empty()) posix_spawn_file_actions_addchdir_np(&plan.actions, folder.c_str());
  // What this program ignores would stay ignored there, and `producer | head` would never end.
  sigset_t restored;
  sigemptyset(&restored);
  for (const int signal : {SIGPIPE, SIGXFSZ}) sigaddset(&restored, signal);
  posix_spawnattr_setsigdefault(&plan.attributes, &restored);
  posix_spawnattr_setflags(&plan.attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF);
  posix_spawnattr_setpgroup(&plan.attributes, 0);
  const std::vector<std::string> environment = environment_with(temporary);
  pid_t pid = -1;
  const int error = posix_spawn(&pid, program.c_str(), &plan.actions, &plan.attributes, pointers_to(arguments).data(),
                                pointers_to(environment).data());
  if (error != 0) return fail(ErrorKind::kIo, program, "cannot be started: {}", std::strerror(error));
  guard_group(pid);
  return pid;
}

int wait_for(pid_t pid) {
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  release_group(pid);
  return exit_code_of(status);
}

int wait_for(pid_t pid, double seconds) {
  const auto deadline = Clock::now() + std::chrono::duration<double>(seconds);
  int status = 0;
  while (::waitpid(pid, &status, WNOHANG) == 0) {
    if (Clock::now() > deadline) return -1;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  release_group(pid);
  return exit_code_of(status);
}

}  // namespace apprentice
