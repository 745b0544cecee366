// SPDX-License-Identifier: Apache-2.0
// package: the int8 student as C99 (package/) and as ONNX, float and QDQ (onnx/).
#include <filesystem>

#include "apprentice/base/files.h"
#include "apprentice/onnx/export.h"
#include "apprentice/pipeline/evaluate.h"
#include "apprentice/pipeline/steps/step.h"

namespace apprentice {
namespace {

constexpr const char* kFloatOnnx = "onnx/student.onnx";
constexpr const char* kQdqOnnx = "onnx/student_int8.onnx";

Status export_models(Run& run, const QuantNet& net) {
  APPRENTICE_TRY(const Model model, load_model(run.directory.file(model_path(kShipped))));
  APPRENTICE_TRY(const std::string float_bytes, export_onnx(model, Normalise::kInside));
  APPRENTICE_TRY(const std::string qdq_bytes, export_onnx_qdq(net));
  APPRENTICE_CHECK(make_folder(run.directory.file("onnx")));
  APPRENTICE_CHECK(write_file(run.directory.file(kFloatOnnx), float_bytes));
  return write_file(run.directory.file(kQdqOnnx), qdq_bytes);
}

Result<std::vector<std::string>> make_package(Run& run) {
  run.control.report({"package", 0, 0, ""});
  APPRENTICE_TRY(const QuantNet net, load_quant_net(run.directory.file(quant_path(kShipped))));
  APPRENTICE_TRY(const DevicePackage package, student_package(run, net));
  std::error_code ignored;
  std::filesystem::remove_all(run.directory.file("package"), ignored);
  APPRENTICE_CHECK(write_package(package, run.directory.file("package")));
  APPRENTICE_CHECK(export_models(run, net));
  std::vector<std::string> outputs = {kFloatOnnx, kQdqOnnx};
  for (const auto& [name, bytes] : package.files) outputs.push_back("package/" + name);
  return outputs;
}

}  // namespace

Result<DevicePackage> student_package(const Run& run, const QuantNet& net) {
  const Tensor shipped = spread_samples(*run.inputs.splits.validation, run.inputs.job.package.vectors);
  return generate_package(net, shipped, package_options(run.inputs.job));
}

Result<StepOutcome> package_step(Run& run) {
  APPRENTICE_TRY(const std::string net, hash_file(run.directory.file(quant_path(kShipped))));
  const nlohmann::ordered_json inputs = {{"version", version()},
                                         {"net", net},
                                         {"validation", run.inputs.splits.validation->info().fingerprint},
                                         {"options", explain(run.inputs.job).at("package")}};
  return run.directory.once("package", inputs, [&] { return make_package(run); });
}

}  // namespace apprentice
