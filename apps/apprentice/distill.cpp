// SPDX-License-Identifier: Apache-2.0
#include "result_text.h"
#include "target.h"

namespace apprentice::cli {

Action declare_distill(Options options) {
  const auto target = add_target(options);
  options.about(
      "Runs check, teach, label, train, quantize, choose, package, measure and report. What is already there and\n"
      "still right is kept: after Ctrl-C, a crash or a power cut, give the same command again.\n"
      "Example: apprentice distill job.toml --run runs/first");
  return [target](Session& session) -> Status {
    APPRENTICE_TRY(const Job job, load_job(*target));
    APPRENTICE_TRY(const Run run, run_until(job, *target, "report", session));
    return show_report(run.directory, session.console);
  };
}

}  // namespace apprentice::cli
