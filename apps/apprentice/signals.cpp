// SPDX-License-Identifier: Apache-2.0
#include "signals.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <initializer_list>

namespace apprentice::cli {
namespace {

std::atomic<bool> stop{false};
static_assert(std::atomic<bool>::is_always_lock_free, "set from a signal handler");

extern "C" void request_stop(int) { stop.store(true); }

constexpr char kDeath[] =
    "\napprentice: the program was ended by a fault inside it or one of its libraries. What is finished is kept: run "
    "the same command again to resume. If it ends at the same place, another batch_size or network may go round it; "
    "please report the command and the last line above.\n";

// Only what is safe in a signal handler. The handler is gone by now, so the signal kills as it would have.
extern "C" void tell_of_death(int signal) {
  static_cast<void>(!::write(STDERR_FILENO, kDeath, sizeof kDeath - 1));
  ::raise(signal);
}

// On a stack of its own: the fault may be that there is none left. A sanitizer's handlers stay.
void install_last_words() {
  static std::array<char, 1 << 16> memory;
  stack_t stack{};
  stack.ss_sp = memory.data();
  stack.ss_size = memory.size();
  ::sigaltstack(&stack, nullptr);
  for (const int signal : {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT}) {
    struct sigaction before {};
    if (::sigaction(signal, nullptr, &before) != 0 || before.sa_handler != SIG_DFL) continue;
    struct sigaction action {};
    action.sa_handler = tell_of_death;
    action.sa_flags = static_cast<int>(SA_RESETHAND | SA_NODEFER | SA_ONSTACK);
    ::sigaction(signal, &action, nullptr);
  }
}

}  // namespace

void install_signal_handlers() {
  install_last_words();
  struct sigaction action {};
  action.sa_handler = request_stop;
  action.sa_flags = static_cast<int>(SA_RESETHAND | SA_RESTART);
  ::sigaction(SIGINT, &action, nullptr);
  ::sigaction(SIGTERM, &action, nullptr);
  struct sigaction hangup {};
  ::sigaction(SIGHUP, nullptr, &hangup);
  if (hangup.sa_handler != SIG_IGN) ::sigaction(SIGHUP, &action, nullptr);  // nohup ignores it
  std::signal(SIGXFSZ, SIG_IGN);
  std::signal(SIGPIPE, SIG_IGN);
}

const std::atomic<bool>& stop_flag() { return stop; }

void occupy_standard_descriptors() {
  for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (::fcntl(descriptor, F_GETFD) >= 0) continue;
    // The lowest free number is taken, which is this one.
    static_cast<void>(::open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY));
  }
}

}  // namespace apprentice::cli
