// SPDX-License-Identifier: Apache-2.0
// What float32, in which samples are kept and devices compute, cannot tell apart.
#pragma once

#include <string>
#include <vector>

#include "apprentice/base/error.h"

namespace apprentice::data {

// Watches the values of each channel, in their order, as they become float32.
class PrecisionWatch {
 public:
  explicit PrecisionWatch(size_t channels) : channels_(channels) {}
  void add(size_t channel, double value);
  // Refuses a channel most of whose changes are lost, as seconds since 1970 are: float32 holds 24 bits.
  // `clock_advice` says what to do with one that looks like a clock; {0} is its name.
  Status check(const std::vector<std::string>& names, const std::string& path, const char* clock_advice) const;

 private:
  struct Channel {
    double last = 0.0, least = 0.0, most = 0.0;
    int64_t values = 0, changes = 0, lost = 0;
  };
  std::vector<Channel> channels_;
};

}  // namespace apprentice::data
