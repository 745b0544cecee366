// SPDX-License-Identifier: Apache-2.0
#include "apprentice/pipeline/run.h"

#include <filesystem>

namespace apprentice {

nlohmann::ordered_json identity(const Inputs& inputs) {
  const nlohmann::ordered_json job = explain(inputs.job);
  nlohmann::ordered_json made_by = nlohmann::ordered_json::object();
  for (const char* key : {"name", "seed", "threads"}) made_by[key] = job.at(key);
  for (const char* table : {"data", "split", "teacher", "teach", "assistant", "student", "loss", "train"}) {
    if (job.contains(table)) made_by[fmt::format("[{}]", table)] = job.at(table);
  }
  if (inputs.views) made_by["[views]"] = job.at("views");
  made_by["data"] = {{"train", inputs.splits.train->info().fingerprint},
                     {"validation", inputs.splits.validation->info().fingerprint},
                     {"test", inputs.splits.test->info().fingerprint}};
  if (inputs.teacher) made_by["teacher"] = inputs.teacher->info().fingerprint;
  return made_by;
}

Result<Run> open_run(const Job& job, const std::string& folder, const RunControl& control) {
  APPRENTICE_TRY(Inputs inputs, load_inputs(job));
  const std::string job_path = std::filesystem::absolute(job.path).lexically_normal().string();
  APPRENTICE_TRY(RunDirectory directory, RunDirectory::open(folder, job_path, identity(inputs)));
  return Run{std::move(inputs), std::move(directory), control};
}

const char* version() { return APPRENTICE_VERSION; }

}  // namespace apprentice
