// SPDX-License-Identifier: Apache-2.0
#include "apprentice/pipeline/choice.h"

#include "hall.h"

namespace apprentice::cli {
namespace {

// A line per device: its id and the arm.
Status choose_in_hall(const Job& job, const Target& target, Session& session) {
  APPRENTICE_TRY(const Hall hall, run_hall_until(job, target, "choose", session));
  for (const Run& device : hall.devices) {
    APPRENTICE_TRY(const Arm shipped, shipped_arm(device));
    session.console.result(fmt::format("{} {}\n", device.inputs.job.name, shipped.name));
  }
  return {};
}

}  // namespace

Action declare_choose(Options options) {
  const auto target = add_target(options);
  options.about(
      "Compares the int8 forms of student and control arm on the validation split and names the arm that ships: the\n"
      "student, unless the whole 95 % interval of its gain lies below zero ([control] fallback). Runs what is missing\n"
      "before it, too.\n"
      "Example: apprentice choose job.toml");
  return [target](Session& session) -> Status {
    APPRENTICE_TRY(const Job job, load_job(*target));
    if (job.is_hall()) return choose_in_hall(job, *target, session);
    APPRENTICE_TRY(const Run run, run_until(job, *target, "choose", session));
    APPRENTICE_TRY(const Arm shipped, shipped_arm(run));
    session.console.result(fmt::format("{}\n", shipped.name));
    return {};
  };
}

}  // namespace apprentice::cli
