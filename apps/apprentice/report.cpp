// SPDX-License-Identifier: Apache-2.0
#include "report_chain.h"

namespace apprentice::cli {

Action declare_report(Options options) {
  return declare_report_chain(
      options,
      "Compares teacher, student, control arm and their int8 forms on the test split, and writes report.json and\n"
      "report.html. Runs what is missing before it, too.\n"
      "Example: apprentice report runs/first");
}

}  // namespace apprentice::cli
