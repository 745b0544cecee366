// SPDX-License-Identifier: Apache-2.0
#include "hall.h"
#include "result_text.h"
#include "target.h"

namespace apprentice::cli {

Action declare_distill(Options options) {
  const auto target = add_target(options);
  options.about(
      "Runs check, teach, label, train, quantize, choose, package, measure and report. What is already there and\n"
      "still right is kept: after Ctrl-C, a crash or a power cut, give the same command again. Of a job with\n"
      "[[device]] the teacher answers once, and each device gets a run directory of its own, devices/<id>, on which\n"
      "every verb works.\n"
      "Example: apprentice distill job.toml --run runs/first");
  return [target](Session& session) -> Status {
    APPRENTICE_TRY(const Job job, load_job(*target));
    if (job.is_hall()) return hall_step_verb(job, *target, "report", "", session);
    APPRENTICE_TRY(const Run run, run_until(job, *target, "report", session));
    return show_report(run.directory, session.console);
  };
}

}  // namespace apprentice::cli
