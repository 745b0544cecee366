// SPDX-License-Identifier: Apache-2.0
#include <filesystem>

#include "apprentice/data/load.h"
#include "new_networks.h"
#include "verb.h"

namespace apprentice::cli {
namespace {

// Only what a look reads of a job, which needs neither networks nor losses yet.
Status look_at(const std::string& path, Session& session) {
  APPRENTICE_TRY(Config job, Config::parse_file(path));
  const std::string folder = std::filesystem::path(path).parent_path().string();
  APPRENTICE_TRY(const data::DataJob data, data::read_data_job(job, folder.empty() ? "." : folder));
  APPRENTICE_TRY(const data::Splits splits, data::load_splits(data));
  pipeline::LookOptions options;
  std::string source;
  job.read("seed", options.seed).table("teacher").read("source", source);
  options.teach = !job.has("teacher");
  options.views = source != "recorded";
  options.leave_out = takes_ignore(job.table("data"));
  APPRENTICE_TRY(const pipeline::Look found, pipeline::look(splits, options, session.control));
  const TeacherIs teacher = options.teach ? TeacherIs::kTaught : TeacherIs::kGiven;
  session.console.result(data_text_without("[data]\n", found).substr(7) +
                         networks_text(found, splits.train->info(), teacher));
  return {};
}

}  // namespace

Action declare_look(Options options) {
  const auto path = std::make_shared<std::string>();
  options.positional("JOB", *path, "a job file; [data] and [split] are enough");
  options.about(
      "Tries networks, teachers, views and channels shortly on the job's training split, judges them on its "
      "validation\n"
      "split, and prints the tables that did best with the figures of all; apprentice new does the same for a new "
      "job.\n"
      "The test split is not seen. Same job, same answer.\n"
      "Example: apprentice look job.toml > networks.toml");
  return [path](Session& session) { return look_at(*path, session); };
}

}  // namespace apprentice::cli
