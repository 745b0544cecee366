// SPDX-License-Identifier: Apache-2.0
#include "apprentice/base/spawn.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <thread>

#include "apprentice/base/process.h"

extern char** environ;

namespace apprentice {
namespace {

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

int exit_code_of(int status) { return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status); }

}  // namespace

Result<Pipe> Pipe::make() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return fail(ErrorKind::kIo, "", "no pipe: {}", std::strerror(errno));
  return Pipe{Descriptor(ends[0]), Descriptor(ends[1])};
}

Result<pid_t> spawn(const std::vector<std::string>& arguments, const std::string& folder, const Streams& streams) {
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
  posix_spawnattr_setflags(&plan.attributes, POSIX_SPAWN_SETPGROUP);
  posix_spawnattr_setpgroup(&plan.attributes, 0);
  std::vector<char*> texts;
  for (const std::string& argument : arguments) texts.push_back(const_cast<char*>(argument.c_str()));
  texts.push_back(nullptr);
  pid_t pid = -1;
  const int error = posix_spawn(&pid, program.c_str(), &plan.actions, &plan.attributes, texts.data(), environ);
  if (error == 0) return pid;
  return fail(ErrorKind::kIo, program, "cannot be started: {}", std::strerror(error));
}

int wait_for(pid_t pid) {
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  return exit_code_of(status);
}

int wait_for(pid_t pid, double seconds) {
  using Clock = std::chrono::steady_clock;
  const auto deadline = Clock::now() + std::chrono::duration<double>(seconds);
  int status = 0;
  while (::waitpid(pid, &status, WNOHANG) == 0) {
    if (Clock::now() > deadline) return -1;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return exit_code_of(status);
}

}  // namespace apprentice
