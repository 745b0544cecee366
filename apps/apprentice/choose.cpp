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
    devices[device.inputs.job.name] = {{"ships", shipped.name}};
    if (form == Form::kText) session.console.result(fmt::format("{} {}\n", device.inputs.job.name, shipped.name));
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
      "Compares the int8 forms of student and control arm on the validation split and names the arm that ships: the\n"
      "student, unless the whole 95 % interval of its gain lies below zero ([control] fallback). Runs what is missing\n"
      "before it, too.\n"
      "Example: apprentice choose job.toml");
  return [target, form](Session& session) -> Status {
    APPRENTICE_TRY(const Job job, load_job(*target));
    if (job.is_hall()) return choose_in_hall(job, *target, *form, session);
    APPRENTICE_TRY(const Run run, run_until(job, *target, "choose", session));
    APPRENTICE_TRY(const Arm shipped, shipped_arm(run));
    const std::string json = nlohmann::ordered_json{{"ships", shipped.name}}.dump(2);
    session.console.result((*form == Form::kJson ? json : shipped.name) + "\n");
    return {};
  };
}

}  // namespace apprentice::cli
