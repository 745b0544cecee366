// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "apprentice/base/files.h"
#include "apprentice/base/nesting.h"
#include "apprentice/report/report_reader.h"
#include "apprentice/report/results_page.h"

namespace apprentice {
namespace {

constexpr int64_t kLargestFile = int64_t{1} << 20;  // bytes of run.json, or of a proof

void read(const ReportReader& json, ProofRow* row) {
  row->device = json.text("device");
  row->core = json.text("core");
  row->vectors = json.count("vectors");
  row->vectors_equal = json.count("vectors_equal");
  row->instructions = json.object("instructions").count("value");
  row->flash_bytes = json.object("flash_bytes").count("value");
  row->ram_bytes = json.object("ram_bytes").count("value");
}

void read(const ReportReader& json, RuntimeProof* proof) {
  proof->samples = json.count("samples");
  proof->bytes = json.count("bytes");
  proof->different_samples = json.count("different_samples");
  proof->different_bytes = json.count("different_bytes");
  proof->largest_difference = json.count("largest_difference");
  proof->without_near_tie = json.count("without_near_tie");
}

// A method as `apprentice compare` names it, from the job's [loss].
void read(const ReportReader& json, std::string* method) {
  const ReportReader identity = json.object("identity");
  *method = identity.object("[loss]").text("name");
  char separator = ':';
  for (const auto& [key, value] : identity.raw("[loss]").items()) {
    if (key == "name") continue;
    *method += fmt::format("{}{}={}", separator, key, value.is_string() ? value.get<std::string>() : value.dump());
    separator = ',';
  }
}

template <typename T>
Result<T> read_json(const std::string& path, const std::string& hint) {
  APPRENTICE_TRY(const std::string text, read_file(path, kLargestFile));
  const nlohmann::ordered_json json = parse_shallow_json(text);
  if (json.is_discarded()) return bad_input(path, "not a JSON document; {}", hint);
  std::optional<Error> error;
  T found;
  read(ReportReader(json, path + "#", &error), &found);
  if (error) return tl::unexpected<Error>(std::move(*error));
  return found;
}

template <typename T>
Result<T> read_proof(const std::string& path) {
  return read_json<T>(path, "run `apprentice prove` again");
}

bool is_device_file(const std::string& name) {
  const size_t dot = name.rfind(".json");
  return dot != std::string::npos && dot + 5 == name.size() && name != "onnx_runtime.json";
}

Result<FinishedRun> read_one(const std::string& folder) {
  FinishedRun run;
  APPRENTICE_TRY(run.report, read_report(folder + "/report/report.json"));
  APPRENTICE_TRY(run.method, read_json<std::string>(folder + "/run.json", "`apprentice distill` writes it"));
  const std::string proofs = folder + "/proof";
  if (!file_exists(proofs)) return run;
  for (const std::string& name : list_folder(proofs)) {
    if (!is_device_file(name)) continue;
    APPRENTICE_TRY(run.proofs.emplace_back(), read_proof<ProofRow>(proofs + "/" + name));
  }
  if (file_exists(proofs + "/onnx_runtime.json")) {
    APPRENTICE_TRY(run.onnx_runtime, read_proof<RuntimeProof>(proofs + "/onnx_runtime.json"));
  }
  return run;
}

}  // namespace

Result<std::vector<FinishedRun>> read_finished_runs(const std::string& folder) {
  std::vector<std::string> folders{folder};
  if (file_exists(folder + "/report/hall.json")) {
    folders.clear();
    for (const std::string& id : list_folder(folder + "/devices")) folders.push_back(folder + "/devices/" + id);
  }
  std::vector<FinishedRun> runs;
  for (const std::string& one : folders) {
    APPRENTICE_TRY(runs.emplace_back(), read_one(one));
  }
  return runs;
}

}  // namespace apprentice
