// SPDX-License-Identifier: Apache-2.0
#include "apprentice/pipeline/choice.h"

#include "hall.h"

namespace apprentice::cli {
namespace {

// A line per device: its id and the arm.
Status choose_in_hall(const Job& job, const Target& target, Form form, Session& session) {
  APPRENTICE_TRY(const Hall hall, run_hall_until(job, target, "choose", session));
  nlohmann::ordered_json devices;
  for (const Run& device : hall.devices) {
    APPRENTICE_TRY(const Arm shipped, shipped_arm(device));
    devices[device.inputs.job.name] = {{"ships", shipped.name}, {"training", title(shipped)}};
    if (form == Form::kText) session.console.result(fmt::format("{} {}\n", device.inputs.job.name, title(shipped)));
  }
  if (form == Form::kJson) session.console.result(nlohmann::ordered_json{{"devices", devices}}.dump(2) + "\n");
  return {};
}

}  // namespace

Action declare_choose(Options options) {
  const auto target = add_target(options);
  const auto form = std::make_shared<Form>(Form::kText);
  options.json(*form);
  options.about(
      "Compares the int8 forms of student and control arm on the validation split by the job's metric and names what\n"
      "ships: the student where its mean over all trainings is ahead, else the control arm ([control] fallback); of\n"
      "several trainings the best one, as its folder: student-2. Runs what is missing before it, too.\n"
      "Example: apprentice choose job.toml");
  return [target, form](Session& session) -> Status {
    APPRENTICE_TRY(const Job job, load_job(*target));
    if (job.is_hall()) return choose_in_hall(job, *target, *form, session);
    APPRENTICE_TRY(const Run run, run_until(job, *target, "choose", session));
    APPRENTICE_TRY(const Arm shipped, shipped_arm(run));
    const nlohmann::ordered_json json = {{"ships", shipped.name}, {"training", title(shipped)}};
    session.console.result((*form == Form::kJson ? json.dump(2) : title(shipped)) + "\n");
    return {};
  };
}

}  // namespace apprentice::cli
