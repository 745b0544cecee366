// SPDX-License-Identifier: Apache-2.0
#include "apprentice/pipeline/check.h"

#include "apprentice/pipeline/baselines.h"
#include "hall.h"
#include "result_text.h"
#include "scratch.h"

namespace apprentice::cli {

Action declare_check(Options options) {
  const auto target = std::make_shared<Target>();
  const auto form = std::make_shared<Form>(Form::kText);
  add_target_path(options, target->path);
  add_allow_programs(options, target->allow_programs);
  options.json(*form);
  options.about(
      "Reads all that the job names, asks the teacher about some validation samples, and builds and runs the "
      "untrained\n"
      "student on the device: shapes, labels, leaks, the teacher's accuracy, the budget. Writes nothing.\n"
      "Example: apprentice check job.toml");
  return [target, form](Session& session) -> Status {
    APPRENTICE_TRY(const Job job, load_job(*target));
    if (job.is_hall()) return check_hall_verb(job, *target, *form, session);
    APPRENTICE_TRY(Inputs inputs, load_inputs(job));
    APPRENTICE_CHECK(allow_programs(*target, inputs));
    APPRENTICE_TRY(const ScratchFolder scratch, ScratchFolder::make());
    APPRENTICE_TRY(const JobBaselines baselines, job_baselines(inputs, session.control));
    APPRENTICE_TRY(const CheckReport report, check_inputs(inputs, baselines, scratch.path(), session.control));
    session.console.result(*form == Form::kJson ? to_json(report).dump(2) + "\n" : check_text(report, inputs.device));
    return {};
  };
}

}  // namespace apprentice::cli
