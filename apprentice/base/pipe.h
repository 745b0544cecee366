// SPDX-License-Identifier: Apache-2.0
// File descriptors that close themselves, and pipes of them.
#pragma once

#include <unistd.h>

#include <utility>

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

}  // namespace apprentice
