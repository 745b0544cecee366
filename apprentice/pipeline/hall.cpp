// SPDX-License-Identifier: Apache-2.0
#include "apprentice/pipeline/hall.h"

#include <algorithm>

#include "apprentice/base/cores.h"
#include "apprentice/base/files.h"
#include "apprentice/pipeline/baselines.h"
#include "apprentice/pipeline/check.h"
#include "apprentice/pipeline/teaching.h"
#include "apprentice/teacher/foreign_code.h"

namespace apprentice {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kHallJson = "report/hall.json";

tl::unexpected<Error> of_device(const std::string& id, Error error) {
  error.message = fmt::format("device '{}': {}", id, error.message);
  return tl::unexpected<Error>(std::move(error));
}

Result<Run> open_device(const Run& hall, const std::string& id) {
  APPRENTICE_TRY(Inputs inputs, load_device_inputs(hall.inputs, id));
  return open_run(std::move(inputs), hall.directory.file(device_folder(id)), hall.control);
}

Result<StepOutcome> step_of_device(const StepKind& step, Run& device) {
  auto done = step.run(device);
  if (done || done.error().kind == ErrorKind::kInterrupted) return done;
  return of_device(device.inputs.job.name, done.error());
}

// One step for every device, as many at once as there are cores.
Result<StepOutcome> for_devices(Hall& hall, const StepKind& step) {
  std::vector<StepOutcome> outcomes(hall.devices.size(), StepOutcome::kUnchanged);
  std::vector<SideTask> tasks;
  for (size_t i = 0; i < hall.devices.size(); ++i) {
    Run& device = hall.devices[i];
    const auto work = [&device, &step, &outcome = outcomes[i]](const RunControl& control) -> Status {
      device.control = control;
      APPRENTICE_TRY(outcome, step_of_device(step, device));
      return {};
    };
    tasks.push_back({device.inputs.job.name, work});
  }
  const Status done = run_side_by_side(step.name, tasks, core_count(), hall.run.control);
  for (Run& device : hall.devices) device.control = hall.run.control;
  APPRENTICE_CHECK(done);
  StepOutcome outcome = StepOutcome::kUnchanged;
  for (const StepOutcome one : outcomes) outcome = both(outcome, one);
  return outcome;
}

Result<StepOutcome> check_shared(Run& run) {
  const Json seen = {{"version", version()}, {"identity", identity(run.inputs)}};
  return run.directory.once("check", seen, [&]() -> Result<std::vector<std::string>> {
    APPRENTICE_CHECK(may_answer(run.inputs.teacher.get()));
    APPRENTICE_TRY(const JobBaselines baselines, sealed_baselines(run));
    APPRENTICE_TRY(const CheckReport report, check_hall_inputs(run.inputs, baselines, run.control));
    APPRENTICE_CHECK(write_file(run.directory.file("check.json"), to_json(report).dump(2) + "\n"));
    return std::vector<std::string>{"check.json"};
  });
}

Result<StepOutcome> teach(Hall& hall) {
  APPRENTICE_TRY(const StepOutcome outcome, teach_step(hall.run));
  for (Run& device : hall.devices) device.inputs.teacher = hall.run.inputs.teacher;
  return outcome;
}

Result<StepOutcome> label_side(Run& hall, Asked side, const Pupil& pupil) {
  if (has_teacher_answers(hall, side, pupil)) return StepOutcome::kUnchanged;
  APPRENTICE_TRY(const auto store, teacher_answers(hall, side, pupil));
  return StepOutcome::kDone;
}

// All that any device will read of the teacher: on the training split what the first pupil of each learns from, once
// for all that look at the same features; on the test split what the reports compare with.
Result<StepOutcome> label_shared(Hall& hall) {
  if (hall.run.inputs.teacher == nullptr) return StepOutcome::kUnchanged;
  StepOutcome outcome = StepOutcome::kUnchanged;
  for (const Run& device : hall.devices) {
    const Pupil first = pupils_of(device.inputs).front();
    APPRENTICE_TRY(const StepOutcome test, label_side(hall.run, Asked::kTest, first));
    outcome = both(outcome, test);
    if (!needs_targets(device.inputs, first)) continue;
    APPRENTICE_TRY(const StepOutcome train, label_side(hall.run, Asked::kTrain, first));
    outcome = both(outcome, train);
  }
  return outcome;
}

// One after the other: each uses all cores.
Result<StepOutcome> in_turn(Hall& hall, const StepKind& step) {
  StepOutcome outcome = StepOutcome::kUnchanged;
  for (Run& device : hall.devices) {
    APPRENTICE_TRY(const StepOutcome one, step_of_device(step, device));
    outcome = both(outcome, one);
  }
  return outcome;
}

// The first assistant of a device learns from the teacher, whose answers must be there.
Result<StepOutcome> assist(Hall& hall, const StepKind& step) {
  if (hall.run.inputs.job.assistants.empty()) return StepOutcome::kUnchanged;
  APPRENTICE_TRY(const StepOutcome labelled, label_shared(hall));
  APPRENTICE_TRY(const StepOutcome outcome, in_turn(hall, step));
  return both(labelled, outcome);
}

Result<StepOutcome> label(Hall& hall, const StepKind& step) {
  APPRENTICE_TRY(const StepOutcome shared, label_shared(hall));
  APPRENTICE_TRY(const StepOutcome outcome, in_turn(hall, step));
  return both(shared, outcome);
}

// The arms of all devices in one queue, so that no core waits for the others of its device.
Result<StepOutcome> train(Hall& hall) {
  std::vector<Training> trainings;
  std::vector<SideTask> tasks;
  for (Run& device : hall.devices) {
    const std::vector<Training> own = trainings_of(device);
    APPRENTICE_TRY(std::vector<SideTask> missing, training_tasks(device, own));
    trainings.insert(trainings.end(), own.begin(), own.end());
    for (SideTask& task : missing) {
      task.name = device.inputs.job.name + " " + task.name;
      tasks.push_back(std::move(task));
    }
  }
  if (tasks.empty()) return StepOutcome::kUnchanged;
  APPRENTICE_CHECK(run_side_by_side("train", tasks, trainings_at_once(trainings), hall.run.control));
  return StepOutcome::kDone;
}

Result<StepOutcome> write_hall_report(Hall& hall) {
  Run& run = hall.run;
  Json seen = {{"version", version()}};
  for (const Run& device : hall.devices) {
    APPRENTICE_TRY(seen[device.inputs.job.name], hash_file(device.directory.file("report/report.json")));
  }
  return run.directory.once("report", seen, [&]() -> Result<std::vector<std::string>> {
    APPRENTICE_TRY(const HallReport report, read_hall(run.inputs.job, run.directory.path()));
    APPRENTICE_CHECK(make_folder(run.directory.file("report")));
    APPRENTICE_CHECK(write_file(run.directory.file(kHallJson), hall_json_text(report)));
    APPRENTICE_CHECK(write_file(run.directory.file(kHallPage), render_hall_html(report)));
    return std::vector<std::string>{kHallJson, kHallPage};
  });
}

Result<StepOutcome> hall_step(Hall& hall, const StepKind& step) {
  if (step.run == teach_step) return teach(hall);
  if (step.run == assist_step) return assist(hall, step);
  if (step.run == label_step) return label(hall, step);
  if (step.run == train_step) return train(hall);
  StepOutcome shared = StepOutcome::kUnchanged;
  if (step.run == check_step) {
    APPRENTICE_TRY(shared, check_shared(hall.run));
  }
  APPRENTICE_TRY(const StepOutcome outcome, for_devices(hall, step));
  if (step.run == report_step) {
    APPRENTICE_TRY(shared, write_hall_report(hall));
  }
  return both(shared, outcome);
}

}  // namespace

std::string device_folder(const std::string& id) { return "devices/" + id; }

Result<Hall> open_hall(const Job& job, const std::string& folder, const RunControl& control) {
  promise(job.is_hall(), "open_hall is given the job of a hall");
  APPRENTICE_TRY(Inputs inputs, load_hall_inputs(job));
  APPRENTICE_TRY(Run run, open_run(std::move(inputs), folder, control));
  Hall hall{std::move(run), {}};
  for (const std::string& id : job.device_ids) {
    auto device = open_device(hall.run, id);
    if (!device) return of_device(id, device.error());
    hall.devices.push_back(std::move(*device));
  }
  return hall;
}

Status run_hall(Hall& hall, const std::string& last, const StepObserver& on_step) {
  for (const StepKind& step : step_kinds()) {
    if (hall.run.control.stop_requested()) return interrupted(step.name);
    APPRENTICE_TRY(const StepOutcome outcome, hall_step(hall, step));
    on_step(step, outcome);
    if (step.name == last) return {};
  }
  throw BrokenPromise("run_hall: no such step");
}

Result<Json> explain_hall(const Inputs& hall) {
  std::vector<Job> devices;
  for (const std::string& id : hall.job.device_ids) {
    auto inputs = load_device_inputs(hall, id);
    if (!inputs) return of_device(id, inputs.error());
    devices.push_back(std::move(inputs->job));
  }
  return explain(hall.job, devices);
}

Result<HallReport> read_hall(const Job& job, const std::string& folder) {
  HallReport report;
  report.job = job.report.title.empty() ? job.name : job.report.title;
  report.notes = job.report.notes;
  for (const std::string& id : job.device_ids) {
    APPRENTICE_TRY(ReportData device, read_report(folder + "/" + device_folder(id) + "/report/report.json"));
    report.devices.push_back({id, "../" + device_folder(id) + "/report/report.html", std::move(device)});
  }
  return report;
}

}  // namespace apprentice
