// SPDX-License-Identifier: Apache-2.0
#include "hall.h"

#include "apprentice/base/files.h"
#include "apprentice/pipeline/baselines.h"
#include "result_text.h"
#include "scratch.h"

namespace apprentice::cli {
Result<Hall> run_hall_until(const Job& job, const Target& target, const std::string& last, Session& session) {
  const std::string folder = run_folder(target, job);
  session.console.note(fmt::format("run directory: {}, {} devices", folder, job.device_ids.size()));
  APPRENTICE_TRY(Hall hall, open_hall(job, folder, session.control));
  APPRENTICE_CHECK(allow_programs(target, hall.run.inputs));
  StepTimes times;
  const auto tell = [&](const StepKind& step, StepOutcome outcome) {
    if (step.run == check_step) show_warnings(hall.run.directory, session.console);
    for (const Run& device : hall.devices) {
      if (step.run == check_step) show_warnings(device.directory, session.console, device.inputs.job.name);
      if (step.run == choose_step) show_choice(device, session.console, device.inputs.job.name);
    }
    session.console.note(times.line(step, outcome));
  };
  APPRENTICE_CHECK(run_hall(hall, last, tell));
  return hall;
}

Status show_hall(const Hall& hall, Form form, Console& console) {
  const RunDirectory& directory = hall.run.directory;
  APPRENTICE_TRY(const HallReport report, read_hall(hall.run.inputs.job, directory.path()));
  const std::string page = directory.file(kHallPage);
  console.result(form == Form::kJson ? hall_json_text(report) : render_hall_text(report) + "\n" + page + "\n");
  return {};
}

Status hall_step_verb(const Job& job, const Target& target, const std::string& step, const std::string& made,
                      Session& session) {
  APPRENTICE_TRY(const Hall hall, run_hall_until(job, target, step, session));
  const std::string shared = hall.run.directory.file(made);  // the teacher's answers lie there
  if (file_exists(shared)) session.console.result(shared + "\n");
  for (const Run& device : hall.devices) {
    const std::string own = device.directory.file(made);
    if (file_exists(own)) session.console.result(own + "\n");
  }
  return {};
}

Status check_hall_verb(const Job& job, const Target& target, Form form, Session& session) {
  APPRENTICE_TRY(Inputs hall, load_hall_inputs(job));
  APPRENTICE_CHECK(allow_programs(target, hall));
  APPRENTICE_TRY(const JobBaselines of_hall, job_baselines(hall, session.control));
  APPRENTICE_TRY(const CheckReport shared, check_hall_inputs(hall, of_hall, session.control));
  nlohmann::ordered_json json = to_json(shared);
  if (form == Form::kText) session.console.result(check_hall_text(shared));
  for (const std::string& id : job.device_ids) {
    APPRENTICE_TRY(Inputs device, load_device_inputs(hall, id));
    APPRENTICE_TRY(const ScratchFolder scratch, ScratchFolder::make());
    APPRENTICE_TRY(const JobBaselines baselines, job_baselines(device, session.control));
    APPRENTICE_TRY(const CheckReport report, check_inputs(device, baselines, scratch.path(), session.control));
    json["devices"][id] = to_json(report);
    if (form == Form::kText) session.console.result("\n" + check_device_text(id, report, device.device));
  }
  if (form == Form::kJson) session.console.result(json.dump(2) + "\n");
  return {};
}

}  // namespace apprentice::cli
