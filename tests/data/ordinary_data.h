// SPDX-License-Identifier: Apache-2.0
// Data as people record it, made in memory: what `apprentice new` has to find its way in.
#pragma once

#include <string>
#include <vector>

#include "apprentice/data/guess/guess_data.h"

namespace apprentice::test {

struct OrdinaryData {
  std::string name;  // of the case and of its golden job
  void (*write)(const std::string& folder);
  std::vector<std::string> given;  // what --data names, in the folder
  data::GuessWishes wishes;        // what has to be said to get a job that loads; mostly nothing
};
const std::vector<OrdinaryData>& ordinary_data();

}  // namespace apprentice::test
