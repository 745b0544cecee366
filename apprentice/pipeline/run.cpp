// SPDX-License-Identifier: Apache-2.0
#include "apprentice/pipeline/run.h"

#include <filesystem>

#include "apprentice/pipeline/teaching.h"

namespace apprentice::pipeline {
namespace {

// That of the hall whose device works in `folder`, to look at.
Result<RunDirectory> find_hall(const std::string& folder, const Job& device) {
  const std::string hall = home_folder(device, folder);
  if (is_run_directory(hall)) return RunDirectory::look(hall);
  return bad_input(folder, "is not in the run directory of the hall '{}', where its teacher lies: expected {}",
                   device.hall, "<hall>/devices/" + device.name);
}

}  // namespace

std::string home_folder(const Job& job, const std::string& folder) {
  if (!job.is_of_hall()) return folder;
  namespace fs = std::filesystem;
  const fs::path place = fs::absolute(folder).lexically_normal();
  return (place.has_filename() ? place : place.parent_path()).parent_path().parent_path().string();
}

nlohmann::ordered_json identity(const Inputs& inputs) {
  const nlohmann::ordered_json job = explain(inputs.job);
  nlohmann::ordered_json made_by = nlohmann::ordered_json::object();
  for (const char* key : {"name", "seed", "threads", "metric"}) made_by[key] = job.at(key);
  if (inputs.job.is_of_hall()) made_by["hall"] = inputs.job.hall;
  std::vector<const char*> tables = {"data", "split", "teacher", "teach"};
  if (has_student(inputs)) tables.insert(tables.end(), {"assistant", "relevance", "student", "loss", "train"});
  for (const char* table : tables) {
    if (job.contains(table)) made_by[fmt::format("[{}]", table)] = job.at(table);
  }
  if (inputs.full_views) made_by["[views]"] = job.at("views");
  made_by["data"] = {{"train", inputs.splits.train->info().fingerprint},
                     {"validation", inputs.splits.validation->info().fingerprint},
                     {"test", inputs.splits.test->info().fingerprint}};
  if (inputs.teacher) made_by["teacher"] = inputs.teacher->info().fingerprint;
  return made_by;
}

Result<Run> open_run(Inputs inputs, const std::string& folder, const RunControl& control, const Run* shared) {
  const std::string job_path = std::filesystem::absolute(inputs.job.path).lexically_normal().string();
  std::optional<RunDirectory> home;
  if (shared != nullptr) {
    home = shared->home;
  } else if (inputs.job.is_of_hall()) {
    APPRENTICE_TRY(home, find_hall(folder, inputs.job));
  }
  APPRENTICE_TRY(RunDirectory directory, RunDirectory::open(folder, job_path, identity(inputs)));
  const auto teachers = shared != nullptr ? shared->teachers : std::make_shared<TaughtTeachers>();
  return Run{std::move(inputs), directory, control, home.value_or(directory), teachers};
}

const char* version() { return APPRENTICE_VERSION; }

}  // namespace apprentice::pipeline
