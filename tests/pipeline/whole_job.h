// SPDX-License-Identifier: Apache-2.0
// A job of which a test tells only what it is about.
#pragma once

#include <string>

namespace apprentice::test {

inline const std::string kRegressionData =
    "[data]\ntask = \"regression\"\nformat = \"csv\"\npath = \"rows.csv\"\ntarget = \"life\"\n";

// Of rows whose column "side" says where they belong.
inline const std::string kSplitBySide =
    "[split]\nby = \"attribute\"\ncolumn = \"side\"\ntrain = \"train\"\nvalidation = \"validation\"\ntest = \"test\"\n";

// With the tables that every job has, where `text` leaves them out.
inline std::string whole_job(std::string text) {
  const auto add = [&text](const std::string& table, const std::string& keys) {
    if (text.find("[" + table + "]") == std::string::npos) text += "\n[" + table + "]\n" + keys;
  };
  add("data", "format = \"csv\"\npath = \"rows.csv\"\nlabel = \"state\"\n");
  add("split", "by = \"group\"\nvalidation = 0.2\ntest = 0.2\n");
  return text;
}

}  // namespace apprentice::test
