// SPDX-License-Identifier: Apache-2.0
#include "report_chain.h"

namespace apprentice::cli {

Action declare_distill(Options options) {
  return declare_report_chain(
      options,
      "Runs check, teach, label, train, quantize, choose, package, measure and report. What is already there and\n"
      "still right is kept: after Ctrl-C, a crash or a power cut, give the same command again. Of a job with\n"
      "[[device]] the teacher answers once, and each device gets a run directory of its own, devices/<id>, on which\n"
      "every verb works.\n"
      "Example: apprentice distill job.toml --run runs/first");
}

}  // namespace apprentice::cli
