// SPDX-License-Identifier: Apache-2.0
#include "apprentice/base/files.h"
#include "apprentice/pipeline/teaching.h"
#include "target.h"

namespace apprentice::cli {
namespace {

Status check_out(const pipeline::Job& job, const std::string& out) {
  if (out.empty() || job.teach.members.size() == 1) return {};
  return bad_input(out,
                   "cannot hold the {} members of the taught ensemble; leave --out away, and find them in the run "
                   "directory under teacher/",
                   job.teach.members.size());
}

Status hand_over(const pipeline::Run& run, const std::string& out, Session& session) {
  const std::string taught = run.home.file(pipeline::taught_path(run.inputs.job, 0));
  if (!out.empty()) {
    APPRENTICE_TRY(const std::string bytes, read_file(taught));
    APPRENTICE_CHECK(write_file(out, bytes));
  }
  session.console.result((out.empty() ? taught : out) + "\n");
  return {};
}

}  // namespace

Action declare_teach(Options options) {
  const auto target = add_target(options);
  const auto out = std::make_shared<std::string>();
  options.text("--out", *out, "also write the teacher's file here: ONNX, or the .json of trees");
  options.about(
      "Trains the networks of the job's [teach] table on labels and saves them as ONNX; trees as XGBoost writes them.\n"
      "Runs what is missing before it, too.\n"
      "Example: apprentice teach job.toml --out teacher.onnx");
  return [target, out](Session& session) -> Status {
    APPRENTICE_TRY(const pipeline::Job job, load_job(*target));
    if (!job.teach.present) return bad_input(job.path, "has no [teach] table, so there is no teacher to train");
    APPRENTICE_CHECK(check_out(job, *out));
    APPRENTICE_TRY(const pipeline::Hall hall, run_until(job, *target, "teach", session));
    return hand_over(hall.root(), *out, session);
  };
}

}  // namespace apprentice::cli
