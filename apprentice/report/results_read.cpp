// SPDX-License-Identifier: Apache-2.0
#include <nlohmann/json.hpp>

#include "apprentice/base/files.h"
#include "apprentice/report/json_reader.h"
#include "apprentice/report/results_page.h"

namespace apprentice {
namespace {

constexpr int64_t kLargestProof = int64_t{1} << 20;

Result<nlohmann::ordered_json> read_json(const std::string& path) {
  APPRENTICE_TRY(const std::string text, read_file(path, kLargestProof));
  auto json = nlohmann::ordered_json::parse(text, nullptr, false);
  if (json.is_discarded()) return bad_input(path, "not a JSON document; run `apprentice prove` again");
  return json;
}

Result<ProofRow> read_proof(const std::string& path) {
  APPRENTICE_TRY(const nlohmann::ordered_json json, read_json(path));
  std::optional<Error> error;
  const JsonReader reader(json, path + "#", &error);
  ProofRow row;
  row.device = reader.text("device");
  row.core = reader.text("core");
  row.vectors = reader.count("vectors");
  row.vectors_equal = reader.count("vectors_equal");
  row.instructions = reader.object("instructions").count("value");
  row.flash_bytes = reader.object("flash_bytes").count("value");
  row.ram_bytes = reader.object("ram_bytes").count("value");
  if (error) return tl::unexpected<Error>(std::move(*error));
  return row;
}

Result<RuntimeProof> read_runtime_proof(const std::string& path) {
  APPRENTICE_TRY(const nlohmann::ordered_json json, read_json(path));
  std::optional<Error> error;
  const JsonReader reader(json, path + "#", &error);
  RuntimeProof proof;
  proof.samples = reader.count("samples");
  proof.bytes = reader.count("bytes");
  proof.different_samples = reader.count("different_samples");
  proof.different_bytes = reader.count("different_bytes");
  proof.largest_difference = reader.count("largest_difference");
  proof.without_near_tie = reader.count("without_near_tie");
  if (error) return tl::unexpected<Error>(std::move(*error));
  return proof;
}

bool is_device_file(const std::string& name) {
  const size_t dot = name.rfind(".json");
  return dot != std::string::npos && dot + 5 == name.size() && name != "onnx_runtime.json";
}

}  // namespace

Result<FinishedRun> read_finished_run(const std::string& folder) {
  FinishedRun run;
  APPRENTICE_TRY(run.report, read_report(folder + "/report/report.json"));
  const std::string proofs = folder + "/proof";
  if (!file_exists(proofs)) return run;
  for (const std::string& name : list_folder(proofs)) {
    if (!is_device_file(name)) continue;
    APPRENTICE_TRY(run.proofs.emplace_back(), read_proof(proofs + "/" + name));
  }
  if (file_exists(proofs + "/onnx_runtime.json")) {
    APPRENTICE_TRY(run.onnx_runtime, read_runtime_proof(proofs + "/onnx_runtime.json"));
  }
  return run;
}

}  // namespace apprentice
