// SPDX-License-Identifier: Apache-2.0
// A commented job made by looking into the data and the teacher.
#pragma once

#include <string>
#include <vector>

#include "apprentice/base/control.h"
#include "apprentice/base/error.h"
#include "apprentice/data/guess/guess.h"

namespace apprentice::cli {

struct NewJob {
  std::vector<std::string> data;  // files, patterns, folders
  std::string teacher, output;    // output: the job's file; empty = it goes to stdout and into this folder
  std::vector<std::string> devices = {"stm32l4r5"};  // several make a hall
  data::GuessWishes wishes;
  bool look = true;  // try networks, teachers and views on the validation split
};

struct WrittenJob {
  std::string text;
  Status status;  // why it does not hold yet, as `check` would say it, with the line that it speaks of
};
// Fails where nothing can be written: no data, no teacher, no such device.
Result<WrittenJob> new_job(const NewJob& request, const RunControl& control);

}  // namespace apprentice::cli
