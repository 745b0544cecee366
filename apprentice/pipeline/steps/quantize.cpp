// SPDX-License-Identifier: Apache-2.0
// quantize: both arms to int8, calibrated on the training split; the validation split chooses between calibrations.
#include "apprentice/base/files.h"
#include "apprentice/pipeline/steps/step.h"

namespace apprentice {
namespace {

Result<std::vector<std::string>> quantize_arm(Run& run, const Arm& arm) {
  run.control.report({fmt::format("quantize {}", title(arm)), 0, 0, ""});
  APPRENTICE_TRY(const Model model, load_model(run.directory.file(model_path(arm))));
  const Splits& splits = run.inputs.splits;
  APPRENTICE_TRY(const QuantNet net, quantize(model, *splits.train, *splits.validation, run.inputs.job.quantize));
  APPRENTICE_CHECK(save_quant_net(net, run.directory.file(quant_path(arm))));
  return std::vector<std::string>{quant_path(arm)};
}

}  // namespace

Result<StepOutcome> quantize_step(Run& run) {
  StepOutcome outcome = StepOutcome::kUnchanged;
  for (const Arm& arm : all_arms(run.inputs.job)) {
    APPRENTICE_TRY(const std::string model, hash_file(run.directory.file(model_path(arm))));
    const nlohmann::ordered_json inputs = {{"version", version()},
                                           {"model", model},
                                           {"train", run.inputs.splits.train->info().fingerprint},
                                           {"validation", run.inputs.splits.validation->info().fingerprint},
                                           {"options", explain(run.inputs.job).at("quantize")}};
    const auto work = [&] { return quantize_arm(run, arm); };
    APPRENTICE_TRY(const StepOutcome done, run.directory.once(fmt::format("quantize-{}", title(arm)), inputs, work));
    outcome = both(outcome, done);
  }
  return outcome;
}

}  // namespace apprentice
