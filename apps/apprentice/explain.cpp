// SPDX-License-Identifier: Apache-2.0
#include "target.h"

namespace apprentice::cli {

Action declare_explain(Options options) {
  const auto target = std::make_shared<Target>();
  const auto form = std::make_shared<Form>(Form::kText);
  add_target_path(options, target->path);
  options.json(*form);
  options.about(
      "Prints the job as the program understands it: every key, with its default where the job is silent. The output "
      "is\n"
      "itself a job.\n"
      "Example: apprentice explain job.toml");
  return [target, form](Session& session) -> Status {
    APPRENTICE_TRY(const pipeline::Job job, load_job(*target));
    APPRENTICE_TRY(const pipeline::JobInputs inputs, pipeline::load_inputs(job));
    const nlohmann::ordered_json resolved = pipeline::explain(inputs);
    session.console.result(*form == Form::kJson ? resolved.dump(2) + "\n" : pipeline::to_toml(resolved));
    return {};
  };
}

}  // namespace apprentice::cli
