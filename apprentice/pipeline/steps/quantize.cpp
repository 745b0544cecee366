// SPDX-License-Identifier: Apache-2.0
// quantize: both arms to int8, calibrated on the training split; the validation split chooses between calibrations.
#include "apprentice/base/files.h"
#include "apprentice/pipeline/steps/step.h"
#include "apprentice/pipeline/training.h"

namespace apprentice {
namespace {

Result<std::vector<std::string>> quantize_model(Run& run, const std::string& folder) {
  APPRENTICE_TRY(const Model model, load_model(run.directory.file(model_file(folder))));
  const Splits& splits = run.inputs.splits;
  APPRENTICE_TRY(const QuantNet net, quantize(model, *splits.train, *splits.validation, run.inputs.job.quantize));
  APPRENTICE_CHECK(save_quant_net(net, run.directory.file(quant_file(folder))));
  return std::vector<std::string>{quant_file(folder)};
}

}  // namespace

Result<StepOutcome> quantize_trained(Run& run, const std::string& folder) {
  if (run.control.stop_requested()) return interrupted("quantize");
  run.control.report({"quantize " + folder, 0, 0, ""});
  APPRENTICE_TRY(const std::string model, hash_file(run.directory.file(model_file(folder))));
  const nlohmann::ordered_json inputs = {{"version", version()},
                                         {"model", model},
                                         {"train", run.inputs.splits.train->info().fingerprint},
                                         {"validation", run.inputs.splits.validation->info().fingerprint},
                                         {"options", explain(run.inputs.job).at("quantize")}};
  return run.directory.once(record_name("quantize", folder), inputs, [&] { return quantize_model(run, folder); });
}

Result<StepOutcome> quantize_step(Run& run) {
  StepOutcome outcome = StepOutcome::kUnchanged;
  for (const Arm& arm : all_arms(run.inputs.job)) {
    APPRENTICE_TRY(const StepOutcome done, quantize_trained(run, title(arm)));
    outcome = both(outcome, done);
  }
  return outcome;
}

}  // namespace apprentice
