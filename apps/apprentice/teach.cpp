// SPDX-License-Identifier: Apache-2.0
#include "apprentice/base/files.h"
#include "hall.h"

namespace apprentice::cli {
namespace {

Status check_out(const Job& job, const std::string& out) {
  if (out.empty() || job.teach.members.size() == 1) return {};
  return bad_input(out,
                   "cannot hold the {} members of the taught ensemble; leave --out away, and find them in the run "
                   "directory under teacher/",
                   job.teach.members.size());
}

Status copy_teacher(const Run& run, const std::string& out) {
  APPRENTICE_TRY(const std::string bytes, read_file(run.teacher_home + "/" + taught_path(run.inputs.job, 0)));
  return write_file(out, bytes);
}

Status hand_over(const Run& run, const std::string& out, Session& session) {
  if (!out.empty()) {
    APPRENTICE_CHECK(copy_teacher(run, out));
  }
  session.console.result((out.empty() ? run.teacher_home + "/" + taught_path(run.inputs.job, 0) : out) + "\n");
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
    APPRENTICE_TRY(const Job job, load_job(*target));
    if (!job.teach.present) return bad_input(job.path, "has no [teach] table, so there is no teacher to train");
    APPRENTICE_CHECK(check_out(job, *out));
    if (job.is_hall()) {
      APPRENTICE_TRY(const Hall hall, run_hall_until(job, *target, "teach", session));
      return hand_over(hall.run, *out, session);
    }
    APPRENTICE_TRY(const Run run, run_until(job, *target, "teach", session));
    return hand_over(run, *out, session);
  };
}

}  // namespace apprentice::cli
