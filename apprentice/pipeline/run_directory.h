// SPDX-License-Identifier: Apache-2.0
// RunDirectory: what one job made, each step sealed by a record of its inputs and outputs. A step runs again only when
// its inputs changed or an output no longer has the bytes that were sealed. Layout: docs/formats/run_directory.md.
#pragma once

#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "apprentice/base/error.h"

namespace apprentice::pipeline {

enum class StepOutcome { kDone, kUnchanged };

// Holds the directory's lock (flock) while it or a copy of it lives.
class RunDirectory {
 public:
  // Makes the directory, or opens one made for the same `identity` (nested JSON; the first difference is named in the
  // refusal). `job_path` is kept for later commands. Refuses a directory in use by another process, and one that holds
  // other files.
  static Result<RunDirectory> open(const std::string& path, const std::string& job_path,
                                   const nlohmann::ordered_json& identity);
  // One that another run may be working in, to look at what is sealed there: takes no lock, once() must not be called.
  static RunDirectory look(const std::string& path) { return RunDirectory(path, nullptr); }

  const std::string& path() const { return path_; }
  std::string file(const std::string& relative) const { return path_ + "/" + relative; }
  // Whether it is open for work, not only for a look.
  bool is_locked() const { return lock_ != nullptr; }

  // Runs `work` unless `step` is sealed with these inputs and its outputs are unchanged, then seals it. `work` returns
  // the files that it wrote, relative to the directory.
  using Work = std::function<Result<std::vector<std::string>>()>;
  Result<StepOutcome> once(const std::string& step, const nlohmann::ordered_json& inputs, const Work& work);
  // True when once() would not run its work.
  bool is_sealed(const std::string& step, const nlohmann::ordered_json& inputs) const;

 private:
  RunDirectory(std::string path, std::shared_ptr<const int> lock) : path_(std::move(path)), lock_(std::move(lock)) {}
  std::string record_path(const std::string& step) const { return file("state/" + step + ".json"); }
  std::string path_;
  std::shared_ptr<const int> lock_;  // the locked file, closed by the last copy
};

// Whether `path` is a run directory, and what it was made from.
bool is_run_directory(const std::string& path);
struct JobSource {
  std::string path;    // of the job file
  std::string device;  // the id, where it is the run of one device of a hall
};
Result<JobSource> read_job_source(const std::string& path);

// "[train] epochs: 20 there, 40 here", the first difference of two identities; empty when equal.
std::string first_difference(const nlohmann::ordered_json& there, const nlohmann::ordered_json& here);

}  // namespace apprentice::pipeline
