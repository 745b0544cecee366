// SPDX-License-Identifier: Apache-2.0
// package: shipped/, the arm that ships as C99, as ONNX (float and QDQ), and as the networks that these were made from.
#include <filesystem>

#include "apprentice/base/files.h"
#include "apprentice/onnx/write/export.h"
#include "apprentice/pipeline/choice.h"
#include "apprentice/pipeline/evaluate.h"
#include "apprentice/pipeline/steps/step.h"

namespace apprentice::pipeline {
namespace {

Status copy_file(const Run& run, const std::string& from, const std::string& to) {
  APPRENTICE_TRY(const std::string bytes, read_file(run.directory.file(from)));
  return write_file(run.directory.file(to), bytes);
}

Status write_models(Run& run, const Shipped& shipped) {
  APPRENTICE_TRY(const model::Model model, model::load_model(run.directory.file(model_path(shipped.arm))));
  APPRENTICE_TRY(const std::string float_bytes, onnx::write::export_onnx(model, onnx::write::Normalise::kInside));
  APPRENTICE_TRY(const std::string qdq_bytes, onnx::write::export_onnx_qdq(shipped.net));
  APPRENTICE_CHECK(write_file(run.directory.file(kShippedOnnx), float_bytes));
  APPRENTICE_CHECK(write_file(run.directory.file(kShippedInt8Onnx), qdq_bytes));
  APPRENTICE_CHECK(copy_file(run, model_path(shipped.arm), kShippedModel));
  return copy_file(run, quant_path(shipped.arm), kShippedNet);
}

Result<std::vector<std::string>> make_package(Run& run) {
  run.control.report({"package", 0, 0, ""});
  APPRENTICE_TRY(const Shipped shipped, shipped_package(run));
  std::error_code ignored;
  for (const char* folder : {kShipped, "package", "onnx"}) {  // the latter two: where earlier versions put it
    std::filesystem::remove_all(run.directory.file(folder), ignored);
  }
  APPRENTICE_CHECK(make_folder(run.directory.file(kShipped)));
  APPRENTICE_CHECK(package::write_package(shipped.package, run.directory.file(kShippedPackage)));
  APPRENTICE_CHECK(write_models(run, shipped));
  std::vector<std::string> outputs = {kShippedOnnx, kShippedInt8Onnx, kShippedModel, kShippedNet};
  for (const auto& [name, bytes] : shipped.package.files) {
    outputs.push_back(std::string(kShippedPackage) + "/" + name);
  }
  return outputs;
}

Result<nlohmann::ordered_json> package_inputs(const Run& run) {
  APPRENTICE_TRY(const Arm shipped, shipped_arm(run));
  APPRENTICE_TRY(const std::string net, hash_file(run.directory.file(quant_path(shipped))));
  nlohmann::ordered_json seen = {{"folder", kShipped},
                                 {"manifest", package::kManifestVersion},
                                 {"arm", shipped.name},
                                 {"net", net},
                                 {"validation", run.inputs.splits.validation->info().fingerprint},
                                 {"options", explain(run.inputs.job).at("package")}};
  if (run.inputs.hop > 0) seen["hop"] = run.inputs.hop;
  return seen;
}

}  // namespace

Result<Shipped> shipped_package(const Run& run) {
  const Job& job = run.inputs.job;
  Shipped shipped;
  APPRENTICE_TRY(shipped.arm, shipped_arm(run));
  APPRENTICE_TRY(shipped.net, quant::load_quant_net(run.directory.file(quant_path(shipped.arm))));
  codegen::PackageOptions options = package_options(run.inputs);
  options.arm = shipped.arm.name;
  options.channels = run.inputs.splits.train->info().channel_names;
  if (run.inputs.relevance) options.steps_per_reading = run.inputs.relevance->train->values().every;
  const Tensor samples = spread_samples(*run.inputs.splits.validation, job.package.vectors);
  APPRENTICE_TRY(shipped.package, codegen::generate_package(shipped.net, samples, options));
  return shipped;
}

Result<Units> package_units(Run& run) { return one_unit(run, "package", package_inputs, make_package); }

}  // namespace apprentice::pipeline
