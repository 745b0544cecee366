// SPDX-License-Identifier: Apache-2.0
// quantize: both arms to int8, calibrated on the training split; the validation split chooses between calibrations.
#include "apprentice/base/files.h"
#include "apprentice/pipeline/steps/step.h"
#include "apprentice/pipeline/training.h"

namespace apprentice::pipeline {
namespace {

Result<std::vector<std::string>> quantize_model(Run& run, const std::string& folder, const RunControl& control) {
  control.report({"quantize " + folder, 0, 0, ""});
  APPRENTICE_TRY(const model::Model model, model::load_model(run.directory.file(model_file(folder))));
  const data::Splits& splits = run.inputs.splits;
  APPRENTICE_TRY(const quant::QuantNet net,
                 quant::quantize(model, *splits.train, *splits.validation, run.inputs.job.quantize));
  APPRENTICE_CHECK(quant::save_quant_net(net, run.directory.file(quant_file(folder))));
  return std::vector<std::string>{quant_file(folder)};
}

Result<nlohmann::ordered_json> quantize_inputs(const Run& run, const std::string& folder) {
  APPRENTICE_TRY(const std::string model, hash_file(run.directory.file(model_file(folder))));
  return nlohmann::ordered_json{{"model", model},
                                {"train", run.inputs.splits.train->info().fingerprint},
                                {"validation", run.inputs.splits.validation->info().fingerprint},
                                {"options", explain(run.inputs.job).at("quantize")}};
}

}  // namespace

Unit quantize_unit(Run& run, const std::string& folder) {
  return {folder, record_name("quantize", folder), [&run, folder] { return quantize_inputs(run, folder); },
          [&run, folder](const RunControl& control) { return quantize_model(run, folder, control); }};
}

Result<Units> quantize_units(Run& run) {
  Units units;
  for (const Arm& arm : all_arms(run.inputs.job)) units.push_back(quantize_unit(run, title(arm)));
  return units;
}

}  // namespace apprentice::pipeline
