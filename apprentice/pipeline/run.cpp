// SPDX-License-Identifier: Apache-2.0
#include "apprentice/pipeline/run.h"

#include <filesystem>

namespace apprentice {

nlohmann::ordered_json identity(const Inputs& inputs) {
  const nlohmann::ordered_json job = explain(inputs.job);
  nlohmann::ordered_json made_by = nlohmann::ordered_json::object();
  for (const char* key : {"name", "seed", "threads", "metric"}) made_by[key] = job.at(key);
  if (inputs.job.is_of_hall()) made_by["hall"] = inputs.job.hall;
  std::vector<const char*> tables = {"data", "split", "teacher", "teach"};
  if (!inputs.job.is_hall()) tables.insert(tables.end(), {"assistant", "relevance", "student", "loss", "train"});
  for (const char* table : tables) {
    if (job.contains(table)) made_by[fmt::format("[{}]", table)] = job.at(table);
  }
  if (inputs.full_views) made_by["[views]"] = job.at("views");
  const Splits& seen = inputs.job.is_hall() ? inputs.full : inputs.splits;
  made_by["data"] = {{"train", seen.train->info().fingerprint},
                     {"validation", seen.validation->info().fingerprint},
                     {"test", seen.test->info().fingerprint}};
  if (inputs.teacher) made_by["teacher"] = inputs.teacher->info().fingerprint;
  return made_by;
}

Result<Run> open_run(const Job& job, const std::string& folder, const RunControl& control) {
  if (job.is_hall()) {
    return bad_input(job.path, "is a hall of {} devices; name the run directory of one, such as {}/devices/{}",
                     job.device_ids.size(), folder, job.device_ids.front());
  }
  APPRENTICE_TRY(Inputs inputs, load_inputs(job));
  return open_run(std::move(inputs), folder, control);
}

Result<Run> open_run(Inputs inputs, const std::string& folder, const RunControl& control) {
  namespace fs = std::filesystem;
  const fs::path place = fs::absolute(folder).lexically_normal();
  const std::string job_path = fs::absolute(inputs.job.path).lexically_normal().string();
  std::string home = folder;
  if (inputs.job.is_of_hall()) {
    home = (place.has_filename() ? place : place.parent_path()).parent_path().parent_path().string();
    if (!is_run_directory(home)) {
      return bad_input(folder, "is not in the run directory of the hall '{}', where its teacher lies: expected {}",
                       inputs.job.hall, "<hall>/devices/" + inputs.job.name);
    }
  }
  APPRENTICE_TRY(RunDirectory directory, RunDirectory::open(folder, job_path, identity(inputs)));
  return Run{std::move(inputs), std::move(directory), control, home};
}

const char* version() { return APPRENTICE_VERSION; }

}  // namespace apprentice
