// SPDX-License-Identifier: Apache-2.0
// A commented job made by looking into the data and the teacher.
#pragma once

#include <string>
#include <vector>

#include "apprentice/base/error.h"

namespace apprentice::cli {

struct NewJob {
  std::string data, teacher;
  std::vector<std::string> devices = {"stm32l4r5"};  // several make a hall
};
Result<std::string> new_job_text(const NewJob& request);

}  // namespace apprentice::cli
