// SPDX-License-Identifier: Apache-2.0
#include "program.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <thread>

#include "apprentice/base/files.h"
#include "tests/support/real_data.h"

namespace apprentice::test {
namespace {

[[noreturn]] void become_program(std::vector<std::string> arguments, const std::string& folder, const std::string& out,
                                 const std::string& err, const Limits& limits) {
  ::setpgid(0, 0);
  arguments.insert(arguments.begin(), APPRENTICE_PROGRAM);
  std::vector<char*> pointers;
  for (std::string& argument : arguments) pointers.push_back(argument.data());
  pointers.push_back(nullptr);
  const int out_file =
      ::open((limits.output.empty() ? out : limits.output).c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0644);
  const int err_file = ::open(err.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0644);
  const int err_end = limits.error >= 0 ? limits.error : err_file;
  if (::dup2(out_file, STDOUT_FILENO) < 0 || ::dup2(err_end, STDERR_FILENO) < 0 || ::chdir(folder.c_str()) != 0) {
    ::_exit(99);
  }
  ::close(out_file);
  ::close(err_file);
  for (const int descriptor : limits.closed) ::close(descriptor);
  if (limits.file_bytes > 0) {
    const rlimit limit{static_cast<rlim_t>(limits.file_bytes), static_cast<rlim_t>(limits.file_bytes)};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  if (!limits.search_path.empty()) ::setenv("PATH", limits.search_path.c_str(), 1);
  ::execv(APPRENTICE_PROGRAM, pointers.data());
  ::_exit(99);
}

// Waits; sends the signals of `limits` when their time has come.
int wait_for(pid_t child, const Limits& limits, const std::string& err) {
  const auto start = std::chrono::steady_clock::now();
  bool interrupted = false;
  for (int status = 0;;) {
    if (::waitpid(child, &status, WNOHANG) == child) {
      return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    }
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    if (limits.kill_after_s > 0 && seconds > limits.kill_after_s) ::kill(-child, SIGKILL);
    if (!limits.interrupt_at.empty() && !interrupted &&
        read_file(err).value_or("").find(limits.interrupt_at) != std::string::npos) {
      interrupted = ::kill(child, limits.signal) == 0;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
}

}  // namespace

Finished run_program(const std::vector<std::string>& arguments, const std::string& folder, const Limits& limits) {
  const Scratch scratch;
  const std::string out = scratch.path("out"), err = scratch.path("err");
  const pid_t child = ::fork();
  if (child == 0) become_program(arguments, folder, out, err, limits);
  Finished finished;
  finished.exit_code = wait_for(child, limits, err);
  finished.out = read_file(out).value_or("");
  finished.err = read_file(err).value_or("");
  return finished;
}

}  // namespace apprentice::test
