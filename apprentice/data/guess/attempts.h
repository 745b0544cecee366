// SPDX-License-Identifier: Apache-2.0
// Tries guesses of [data] and [split] until one loads and each side has what it needs.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "apprentice/data/guess/data_text.h"
#include "apprentice/data/guess/guess_data.h"

namespace apprentice::data {

struct Attempt {
  SplitGuess split;
  int64_t window = 0, stride = 0;
  UseTime time = UseTime::kYes;
  std::vector<std::string> constant;  // channels without a change in the training rows of the attempt before
};

// The best of all splits, with and without windows and time. `compose` writes the two tables of a job.
struct Attempts {
  OrderGuess order;
  bool has_time = false, may_drop_window = true;
  std::function<std::string(const Attempt&)> compose;
  std::string job_folder;
};
GuessedData try_attempts(const Attempts& attempts);

}  // namespace apprentice::data
