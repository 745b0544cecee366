// SPDX-License-Identifier: Apache-2.0
#include "target.h"

namespace apprentice::cli {

Action declare_explain(Options options) {
  const auto target = std::make_shared<Target>();
  const auto as_json = std::make_shared<bool>(false);
  options.positional("TARGET", target->path, "a job file, or a run directory");
  options.flag("--json", *as_json, "as JSON instead of TOML");
  options.about(
      "Prints the job as the program understands it: every key, with its default where the job is silent. The output "
      "is\n"
      "itself a job.\n"
      "Example: apprentice explain job.toml");
  return [target, as_json](Session& session) -> Status {
    APPRENTICE_TRY(const Job job, load_job(*target));
    APPRENTICE_TRY(const Inputs inputs, load_inputs(job));
    const nlohmann::ordered_json resolved = explain(inputs.job);
    session.console.result(*as_json ? resolved.dump(2) + "\n" : to_toml(resolved));
    return {};
  };
}

}  // namespace apprentice::cli
