// SPDX-License-Identifier: Apache-2.0
#include "hall.h"
#include "result_text.h"
#include "target.h"

namespace apprentice::cli {

Action declare_report(Options options) {
  const auto target = add_target(options);
  options.about(
      "Compares teacher, student, control arm and their int8 forms on the test split, and writes report.json and\n"
      "report.html. Runs what is missing before it, too.\n"
      "Example: apprentice report runs/first");
  return [target](Session& session) -> Status {
    APPRENTICE_TRY(const Job job, load_job(*target));
    if (job.is_hall()) return hall_step_verb(job, *target, "report", "", session);
    APPRENTICE_TRY(const Run run, run_until(job, *target, "report", session));
    return show_report(run.directory, session.console);
  };
}

}  // namespace apprentice::cli
