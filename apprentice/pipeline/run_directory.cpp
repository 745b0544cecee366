// SPDX-License-Identifier: Apache-2.0
#include "apprentice/pipeline/run_directory.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <map>
#include <utility>

#include "apprentice/base/files.h"
#include "apprentice/base/json_reader.h"
#include "apprentice/base/places.h"

namespace apprentice::pipeline {
namespace {

using Json = nlohmann::ordered_json;
namespace fs = std::filesystem;

constexpr int kFormat = 1;

Result<Json> read_record(const std::string& path) {
  constexpr const char* kPossible = "give a new run directory with --run; this one cannot go on";
  APPRENTICE_TRY(Json json, read_json(path, int64_t{64} << 20, kPossible));
  APPRENTICE_CHECK(JsonReader(json, path, kPossible).status());
  return json;
}

// Calls use(entry) for everything in the directory but what lies in those of the devices of a hall, which have locks of
// their own. Links are not followed. What `use` fails with ends the walk.
template <typename Use>
Status for_each_entry(const std::string& path, Use use) {
  std::error_code code;
  fs::recursive_directory_iterator entry(path, code);
  for (; !code && entry != fs::recursive_directory_iterator(); entry.increment(code)) {
    if (entry.depth() == 1 && entry->path().parent_path().filename() == "devices") entry.disable_recursion_pending();
    APPRENTICE_CHECK(use(*entry));
  }
  return {};
}

// Whether a link leads out of `folder`, which is canonical; one to nowhere does.
bool leads_out(const fs::path& link, const fs::path& folder) {
  std::error_code code;
  const fs::path inside = fs::canonical(link, code).lexically_relative(folder);
  return code || inside.empty() || *inside.begin() == "..";
}

// A run directory that came from elsewhere could have its results written over any file of whoever opens it.
Status check_links(const std::string& path) {
  std::error_code code;
  const fs::path folder = fs::canonical(path, code);
  return for_each_entry(path, [&](const fs::directory_entry& entry) -> Status {
    std::error_code ignored;
    if (!entry.is_symlink(ignored) || !leads_out(entry.path(), folder)) return {};
    return bad_input(entry.path().string(),
                     "is a symbolic link that leads out of the run directory, where results would overwrite other "
                     "files; remove it");
  });
}

// What a kill leaves of files that were being written.
void sweep(const std::string& path) {
  std::vector<fs::path> left;
  static_cast<void>(for_each_entry(path, [&](const fs::directory_entry& entry) -> Status {
    if (is_temporary_name(entry.path().filename().string())) left.push_back(entry.path());
    return {};
  }));
  std::error_code ignored;
  for (const fs::path& file : left) fs::remove(file, ignored);
}

// A directory of its own, or an empty one: nothing of the user's is ever mixed with a run.
Status check_free(const std::string& path) {
  std::error_code code;
  for (const auto& entry : fs::directory_iterator(path, code)) {
    if (entry.path().filename() == "lock" || is_temporary_name(entry.path().filename())) continue;
    return bad_input(path, "holds '{}' but no run.json, so it is no run directory; give a new or empty one with --run",
                     entry.path().filename().string());
  }
  return {};
}

Result<std::shared_ptr<const int>> take_lock(const std::string& path) {
  const int lock = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666);
  if (lock < 0) return fail(ErrorKind::kIo, path, "cannot open the lock: {}", std::strerror(errno));
  if (::flock(lock, LOCK_EX | LOCK_NB) != 0) {
    ::close(lock);
    return fail(ErrorKind::kIo, path,
                "another process is working in this run directory; wait for it, or give another "
                "one with --run");
  }
  return std::shared_ptr<const int>(new int(lock), [](const int* file) {
    ::close(*file);
    delete file;
  });
}

Status check_identity(const std::string& path, const Json& identity) {
  APPRENTICE_TRY(const Json made, read_record(path + "/run.json"));
  if (!made.contains("format") || made["format"] != kFormat || !made.contains("identity")) {
    return bad_input(path + "/run.json",
                     "has another format than {}, the one this program writes; give a new directory "
                     "with --run",
                     kFormat);
  }
  const std::string difference = first_difference(made["identity"], identity);
  if (difference.empty()) return {};
  return bad_input(path,
                   "this run directory was made by other inputs ({}); give a new one with --run, or restore the "
                   "inputs",
                   difference);
}

void flatten_tables(const Json& json, const std::string& prefix, std::map<std::string, std::string>& out) {
  for (const auto& [key, value] : json.items()) {
    const std::string name = prefix.empty() ? key : prefix + " " + key;
    if (value.is_object())
      flatten_tables(value, name, out);
    else
      out[name] = value.dump();
  }
}

}  // namespace

std::string first_difference(const Json& there, const Json& here) {
  std::map<std::string, std::string> old_values, new_values;
  flatten_tables(there, "", old_values);
  flatten_tables(here, "", new_values);
  const auto shortened = [](const std::string& text) { return text.size() <= 80 ? text : text.substr(0, 77) + "..."; };
  for (const auto& [name, value] : old_values) {
    const auto now = new_values.find(name);
    if (now == new_values.end()) return fmt::format("{}: {} there, absent here", name, shortened(value));
    if (now->second != value) {
      return fmt::format("{}: {} there, {} here", name, shortened(value), shortened(now->second));
    }
  }
  for (const auto& [name, value] : new_values) {
    if (old_values.count(name) == 0) return fmt::format("{}: absent there, {} here", name, shortened(value));
  }
  return "";
}

Result<RunDirectory> RunDirectory::open(const std::string& path, const std::string& job_path, const Json& identity) {
  APPRENTICE_CHECK(make_folder(path));
  APPRENTICE_TRY(std::shared_ptr<const int> lock, take_lock(path + "/lock"));
  RunDirectory directory(path, std::move(lock));
  APPRENTICE_CHECK(check_links(path));
  sweep(path);
  if (file_exists(directory.file("run.json"))) {
    APPRENTICE_CHECK(check_identity(path, identity));
  } else {
    APPRENTICE_CHECK(check_free(path));
    APPRENTICE_CHECK(
        write_file(directory.file("run.json"),
                   Json{{"format", kFormat}, {"job_path", job_path}, {"identity", identity}}.dump(2) + "\n"));
  }
  APPRENTICE_CHECK(make_folder(directory.file("state")));
  return directory;
}

bool RunDirectory::is_sealed(const std::string& step, const Json& inputs) const {
  const auto record = read_record(record_path(step));
  if (!record || !record->contains("inputs") || (*record)["inputs"] != inputs || !record->contains("outputs")) {
    return false;
  }
  for (const auto& [relative, sealed] : (*record)["outputs"].items()) {
    const auto hash = hash_file(file(relative));
    if (!hash || sealed != *hash) return false;
  }
  return true;
}

Result<StepOutcome> RunDirectory::once(const std::string& step, const Json& inputs, const Work& work) {
  promise(is_locked(), "a step runs in a directory that is locked for it");
  if (is_sealed(step, inputs)) return StepOutcome::kUnchanged;
  APPRENTICE_TRY(const std::vector<std::string> outputs, work());
  Json hashes = Json::object();
  for (const std::string& relative : outputs) {
    APPRENTICE_TRY(hashes[relative], hash_file(file(relative)));
  }
  const Json record = {{"step", step}, {"inputs", inputs}, {"outputs", hashes}};
  APPRENTICE_CHECK(write_file(record_path(step), record.dump(2) + "\n"));
  return StepOutcome::kDone;
}

bool is_run_directory(const std::string& path) { return file_exists(path + "/run.json"); }

Result<JobSource> read_job_source(const std::string& path) {
  APPRENTICE_TRY(const Json made, read_record(path + "/run.json"));
  const auto job_path = made.find("job_path"), identity = made.find("identity");
  if (job_path == made.end() || !job_path->is_string() || identity == made.end() || !identity->is_object()) {
    return bad_input(path + "/run.json", "does not name its job; give the job file instead");
  }
  JobSource source{job_path->get<std::string>(), ""};
  const auto name = identity->find("name");
  if (identity->contains("hall") && name != identity->end() && name->is_string())
    source.device = name->get<std::string>();
  return source;
}

}  // namespace apprentice::pipeline
