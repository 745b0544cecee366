// SPDX-License-Identifier: Apache-2.0
#include "apprentice/base/orphans.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/socket.h>
#include <unistd.h>

#include <mutex>
#include <string>

extern char** environ;

namespace apprentice {
namespace {

// The guard reads lines "+ group" and "- group" until we are gone, whatever ended us. A death signal of the kernel
// (PR_SET_PDEATHSIG) would reach the first process of a group alone, and fire when the thread that started it ends.
constexpr const char* kScript =
    "trap '' INT TERM HUP; cd /; all=; while read -r what group; do kept=; for each in $all; do "
    "[ \"$each\" = \"$group\" ] || kept=\"$kept $each\"; done; "
    "[ \"$what\" = + ] && kept=\"$kept $group\"; all=$kept; done; for each in $all; do kill -9 -\"$each\"; done";

// Its end of the line to us; -1 where it could not be started. A process group of its own, so that what kills ours
// spares it.
int start_guard() {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) return -1;
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  posix_spawn_file_actions_init(&actions);
  posix_spawnattr_init(&attributes);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDIN_FILENO);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
  posix_spawnattr_setpgroup(&attributes, 0);
  const std::string words[] = {"sh", "-c", kScript};
  char* arguments[] = {const_cast<char*>(words[0].c_str()), const_cast<char*>(words[1].c_str()),
                       const_cast<char*>(words[2].c_str()), nullptr};
  pid_t guard = -1;
  const int error = posix_spawn(&guard, "/bin/sh", &actions, &attributes, arguments, environ);
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  ::close(ends[1]);
  if (error == 0) return ends[0];
  ::close(ends[0]);
  return -1;
}

void tell_guard(char what, pid_t group) {
  static std::mutex mutex;
  static pid_t owner = -1;  // another one after a fork: its guard waits for the end of the parent
  static int guard = -1;    // closed by our end
  const std::lock_guard<std::mutex> lock(mutex);
  if (owner != ::getpid()) {
    if (guard >= 0) ::close(guard);
    guard = start_guard();
    owner = ::getpid();
  }
  const std::string line = fmt::format("{} {}\n", what, group);
  if (guard >= 0) static_cast<void>(::send(guard, line.data(), line.size(), MSG_NOSIGNAL));
}

}  // namespace

void guard_group(pid_t group) { tell_guard('+', group); }
void release_group(pid_t group) { tell_guard('-', group); }

}  // namespace apprentice
