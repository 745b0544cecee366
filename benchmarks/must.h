// SPDX-License-Identifier: Apache-2.0
// Benchmarks end with one sentence when something they need is not there.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>

#include "apprentice/base/error.h"

namespace apprentice::bench {

[[noreturn]] inline void stop(const std::string& message) {
  std::fprintf(stderr, "benchmark: %s\n", message.c_str());
  std::exit(1);
}

template <typename T>
T must(Result<T> result) {
  if (!result) stop(result.error().text());
  return std::move(*result);
}

inline void must(Status status) {
  if (!status) stop(status.error().text());
}

}  // namespace apprentice::bench
