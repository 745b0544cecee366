// SPDX-License-Identifier: Apache-2.0
#include "target.h"

#include "apprentice/base/files.h"
#include "apprentice/teacher/foreign_code.h"
#include "find_job.h"

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

Status allow_programs(const Target& target, const pipeline::Inputs& inputs) {
  return target.allow_programs ? teacher::allow_code(inputs.teacher.get()) : Status{};
}

Result<pipeline::Job> load_job(const Target& target) {
  pipeline::JobSource source{target.path, ""};
  if (source.path.empty()) {
    APPRENTICE_TRY(source.path, find_job("."));
  }
  if (pipeline::is_run_directory(source.path)) {
    APPRENTICE_TRY(source, pipeline::read_job_source(source.path));
  }
  APPRENTICE_TRY(pipeline::Job job, pipeline::Job::load(source.path));
  return source.device.empty() ? job : job.device_job(source.device);
}

std::string run_folder(const Target& target, const pipeline::Job& job) {
  if (!target.run.empty()) return target.run;
  const std::string place = target.path.empty() ? "." : target.path;
  if (pipeline::is_run_directory(place)) return place;
  return (job.folder == "." ? "" : job.folder + "/") + "runs/" + job.name;
}

std::string StepTimes::line(const pipeline::StepKind& step, pipeline::StepOutcome outcome) {
  const auto now = std::chrono::steady_clock::now();
  const double seconds = std::chrono::duration<double>(now - started_).count();
  started_ = now;
  if (outcome == pipeline::StepOutcome::kUnchanged) return fmt::format("{:<9} nothing to do", step.name);
  return fmt::format("{:<9} done in {}", step.name, duration_text(seconds));
}

namespace {

void tell_notes(const pipeline::StepKind& step, const pipeline::Hall& hall, const pipeline::Run& run,
                Console& console) {
  if (step.notes == nullptr) return;
  for (const pipeline::StepNote& note : step.notes(run)) console.note(note.lead + lead_of(hall, run) + note.sentence);
}

}  // namespace

Result<pipeline::Hall> run_until(const pipeline::Job& job, const Target& target, const std::string& last,
                                 Session& session) {
  const size_t devices = job.device_ids.size();
  const std::string folder = run_folder(target, job);
  session.console.note("run directory: " + folder + (devices > 0 ? fmt::format(", {} devices", devices) : ""));
  APPRENTICE_TRY(pipeline::Hall hall, pipeline::open_hall(job, folder, session.control));
  APPRENTICE_CHECK(allow_programs(target, hall.root().inputs));
  StepTimes times;
  const auto tell = [&](const pipeline::StepKind& step, pipeline::StepOutcome outcome) {
    if (hall.shared) tell_notes(step, hall, *hall.shared, session.console);
    for (const pipeline::Run& device : hall.devices) tell_notes(step, hall, device, session.console);
    session.console.note(times.line(step, outcome));
  };
  APPRENTICE_CHECK(pipeline::run_steps(hall, last, tell));
  return hall;
}

Result<pipeline::Run> run_one_until(const pipeline::Job& job, const Target& target, const std::string& last,
                                    Session& session) {
  if (job.is_hall()) {
    return bad_input(job.path, "is a hall of {} devices; name the run directory of one, such as {}/{}",
                     job.device_ids.size(), run_folder(target, job), pipeline::device_folder(job.device_ids.front()));
  }
  APPRENTICE_TRY(pipeline::Hall hall, run_until(job, target, last, session));
  return std::move(hall.devices.front());
}

std::string lead_of(const pipeline::Hall& hall, const pipeline::Run& run) {
  return hall.shared && &run != &*hall.shared ? run.inputs.job.name + ": " : "";
}

Result<nlohmann::ordered_json> json_of_devices(const pipeline::Hall& hall, const DeviceJson& json_of) {
  if (!hall.shared) return json_of(hall.devices.front());
  nlohmann::ordered_json devices;
  for (const pipeline::Run& device : hall.devices) {
    APPRENTICE_TRY(devices[device.inputs.job.name], json_of(device));
  }
  return nlohmann::ordered_json{{"devices", devices}};
}

void show_made(const pipeline::Hall& hall, const std::string& made, Console& console) {
  const auto show = [&](const pipeline::Run& run) {
    const std::string path = run.directory.file(made);
    if (!hall.shared || file_exists(path)) console.result(path + "\n");
  };
  if (hall.shared) show(*hall.shared);  // the teacher's answers lie there
  for (const pipeline::Run& device : hall.devices) show(device);
}

Action declare_step(Options options, const std::string& step, const std::string& description, const std::string& made) {
  const auto target = add_target(options);
  options.about(
      fmt::format("{}\nRuns what is missing before it, too.\nExample: apprentice {} job.toml", description, step));
  return [target, step, made](Session& session) -> Status {
    APPRENTICE_TRY(const pipeline::Job job, load_job(*target));
    APPRENTICE_TRY(const pipeline::Hall hall, run_until(job, *target, step, session));
    show_made(hall, made, session.console);
    return {};
  };
}

}  // namespace apprentice::cli
