// SPDX-License-Identifier: Apache-2.0
#include "target.h"

#include "apprentice/teacher/foreign_code.h"
#include "find_job.h"
#include "hall.h"
#include "result_text.h"

namespace apprentice::cli {

void add_target_path(Options options, std::string& path) {
  options.positional("TARGET", path, "a job file, or a run directory; default: the one job in this folder",
                     Need::kOptional);
}

std::shared_ptr<Target> add_target(Options options) {
  auto target = std::make_shared<Target>();
  add_target_path(options, target->path);
  options.text("--run", target->run, "run directory; default: runs/<name of the job> beside the job");
  add_allow_programs(options, target->allow_programs);
  return target;
}

void add_allow_programs(Options options, bool& allow) {
  options.flag("--allow-programs", allow, "run a teacher that is a program or a TorchScript module");
}

Status allow_programs(const Target& target, const Inputs& inputs) {
  return target.allow_programs ? allow_code(inputs.teacher.get()) : Status{};
}

Result<Job> load_job(const Target& target) {
  JobSource source{target.path, ""};
  if (source.path.empty()) {
    APPRENTICE_TRY(source.path, find_job("."));
  }
  if (is_run_directory(source.path)) {
    APPRENTICE_TRY(source, read_job_source(source.path));
  }
  APPRENTICE_TRY(Job job, Job::load(source.path));
  return source.device.empty() ? job : job.device_job(source.device);
}

std::string run_folder(const Target& target, const Job& job) {
  if (!target.run.empty()) return target.run;
  const std::string place = target.path.empty() ? "." : target.path;
  if (is_run_directory(place)) return place;
  return (job.folder == "." ? "" : job.folder + "/") + "runs/" + job.name;
}

std::string StepTimes::line(const StepKind& step, StepOutcome outcome) {
  const auto now = std::chrono::steady_clock::now();
  const double seconds = std::chrono::duration<double>(now - started_).count();
  started_ = now;
  if (outcome == StepOutcome::kUnchanged) return fmt::format("{:<9} nothing to do", step.name);
  return fmt::format("{:<9} done in {}", step.name, duration_text(seconds));
}

Result<Run> run_until(const Job& job, const Target& target, const std::string& last, Session& session) {
  session.console.note("run directory: " + run_folder(target, job));
  APPRENTICE_TRY(Run run, open_run(job, run_folder(target, job), session.control));
  APPRENTICE_CHECK(allow_programs(target, run.inputs));
  StepTimes times;
  const auto tell = [&](const StepKind& step, StepOutcome outcome) {
    if (step.run == check_step) show_warnings(run.directory, session.console);
    if (step.run == choose_step) show_choice(run, session.console);
    session.console.note(times.line(step, outcome));
  };
  APPRENTICE_CHECK(run_steps(run, last, tell));
  return run;
}

Action declare_step(Options options, const std::string& step, const std::string& description, const std::string& made) {
  const auto target = add_target(options);
  options.about(
      fmt::format("{}\nRuns what is missing before it, too.\nExample: apprentice {} job.toml", description, step));
  return [target, step, made](Session& session) -> Status {
    APPRENTICE_TRY(const Job job, load_job(*target));
    if (job.is_hall()) return hall_step_verb(job, *target, step, made, session);
    APPRENTICE_TRY(const Run run, run_until(job, *target, step, session));
    session.console.result(run.directory.file(made) + "\n");
    return {};
  };
}

}  // namespace apprentice::cli
