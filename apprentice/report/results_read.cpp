// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "apprentice/base/files.h"
#include "apprentice/base/json_reader.h"
#include "apprentice/report/results_page.h"

namespace apprentice::report {
namespace {

constexpr int64_t kLargestFile = int64_t{1} << 20;  // bytes of run.json, or of a proof
constexpr const char* kProveAgain = "run `apprentice prove` again";

void read(const JsonReader& json, RuntimeProof* proof) {
  proof->samples = json.count("samples");
  proof->bytes = json.count("bytes");
  proof->different_samples = json.count("different_samples");
  proof->different_bytes = json.count("different_bytes");
  proof->largest_difference = json.count("largest_difference");
  proof->without_near_tie = json.count("without_near_tie");
}

// A method as `apprentice compare` names it, from the job's [loss].
void read(const JsonReader& json, std::string* method) {
  const JsonReader identity = json.object("identity");
  *method = identity.object("[loss]").text("name");
  char separator = ':';
  for (const auto& [key, value] : identity.raw("[loss]").items()) {
    if (key == "name") continue;
    *method += fmt::format("{}{}={}", separator, key, value.is_string() ? value.get<std::string>() : value.dump());
    separator = ',';
  }
}

template <typename T>
Result<T> read_small(const std::string& path, const std::string& possible) {
  APPRENTICE_TRY(const nlohmann::ordered_json json, read_json(path, kLargestFile, possible));
  const JsonReader reader(json, path, possible);
  T found;
  read(reader, &found);
  APPRENTICE_CHECK(reader.status());
  return found;
}

bool is_device_file(const std::string& name) {
  const size_t dot = name.rfind(".json");
  return dot != std::string::npos && dot + 5 == name.size() && name != "onnx_runtime.json";
}

Result<FinishedRun> read_one(const std::string& folder) {
  FinishedRun run;
  APPRENTICE_TRY(run.report, read_report(folder + "/report/report.json"));
  APPRENTICE_TRY(run.method, read_small<std::string>(folder + "/run.json", "`apprentice distill` writes it"));
  const std::string proofs = folder + "/proof";
  if (!file_exists(proofs)) return run;
  for (const std::string& name : list_folder(proofs)) {
    if (!is_device_file(name)) continue;
    APPRENTICE_TRY(run.proofs.emplace_back(), package::read_device_report(proofs + "/" + name, kProveAgain));
  }
  if (file_exists(proofs + "/onnx_runtime.json")) {
    APPRENTICE_TRY(run.onnx_runtime, read_small<RuntimeProof>(proofs + "/onnx_runtime.json", kProveAgain));
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

}  // namespace apprentice::report
