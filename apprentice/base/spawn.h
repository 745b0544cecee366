// SPDX-License-Identifier: Apache-2.0
// Starting a program without a shell, and waiting for it. Internal to base/; process.h and conversation.h are its
// faces.
#pragma once

#include <sys/types.h>
#include <unistd.h>

#include <string>
#include <utility>
#include <vector>

#include "apprentice/base/error.h"

namespace apprentice {

// A file descriptor closed with its scope.
class Descriptor {
 public:
  explicit Descriptor(int value = -1) : value_(value) {}
  Descriptor(Descriptor&& other) noexcept : value_(std::exchange(other.value_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(value_, other.value_);
    return *this;
  }
  ~Descriptor() { reset(); }
  int get() const { return value_; }
  bool open() const { return value_ >= 0; }
  void reset() {
    if (value_ >= 0) ::close(value_);
    value_ = -1;
  }

 private:
  int value_;
};

struct Pipe {
  Descriptor reader, writer;  // closed in programs that are started
  static Result<Pipe> make();
};

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
