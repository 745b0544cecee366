// SPDX-License-Identifier: Apache-2.0
#include "apprentice/pipeline/choice.h"

#include "target.h"

namespace apprentice::cli {
namespace {

Result<nlohmann::ordered_json> choice_json(const pipeline::Run& run) {
  APPRENTICE_TRY(const pipeline::Arm shipped, pipeline::shipped_arm(run));
  return nlohmann::ordered_json{{"ships", shipped.name}, {"training", pipeline::title(shipped)}};
}

// The arm; of each device of a hall, a line with its id.
Result<std::string> choice_text(const pipeline::Hall& hall) {
  std::string text;
  for (const pipeline::Run& device : hall.devices) {
    APPRENTICE_TRY(const pipeline::Arm shipped, pipeline::shipped_arm(device));
    text += (hall.shared ? device.inputs.job.name + " " : "") + pipeline::title(shipped) + "\n";
  }
  return text;
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
    APPRENTICE_TRY(const pipeline::Job job, load_job(*target));
    APPRENTICE_TRY(const pipeline::Hall hall, run_until(job, *target, "choose", session));
    APPRENTICE_TRY(const nlohmann::ordered_json json, json_of_devices(hall, choice_json));
    APPRENTICE_TRY(const std::string text, choice_text(hall));
    session.console.result(*form == Form::kJson ? json.dump(2) + "\n" : text);
    return {};
  };
}

}  // namespace apprentice::cli
