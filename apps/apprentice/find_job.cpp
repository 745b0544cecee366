// SPDX-License-Identifier: Apache-2.0
#include "find_job.h"

#include <fmt/ranges.h>

#include <filesystem>
#include <vector>

#include "apprentice/base/config.h"
#include "apprentice/base/files.h"
#include "apprentice/pipeline/run_directory.h"

namespace apprentice::cli {

namespace {

constexpr int64_t kLongestJob = int64_t{16} << 20;

// Device profiles and other TOML files have no data. A file that cannot be parsed may be the job that is meant.
bool may_be_job(const std::string& path) {
  const auto text = read_file(path, kLongestJob);
  if (!text) return false;
  const auto config = Config::parse(*text, path);
  return config ? config->has("data") : text->find("[data]") != std::string::npos;
}

}  // namespace

Result<std::string> find_job(const std::string& folder) {
  if (pipeline::is_run_directory(folder)) return folder;
  const std::string before = folder == "." ? "" : folder + "/";
  std::vector<std::string> jobs;
  for (const std::string& name : list_folder(folder)) {
    if (std::filesystem::path(name).extension() == ".toml" && may_be_job(before + name)) jobs.push_back(before + name);
  }
  if (jobs.size() == 1) return jobs.front();
  if (jobs.empty()) {
    return fail(ErrorKind::kNotFound, "TARGET",
                "no job is named, and none lies in this folder; apprentice new --data DATA > job.toml writes one");
  }
  return bad_input("TARGET", "name one of the {} jobs in this folder: {}", jobs.size(), fmt::join(jobs, ", "));
}

}  // namespace apprentice::cli
