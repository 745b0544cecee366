// SPDX-License-Identifier: Apache-2.0
#include "apprentice/pipeline/hall.h"

#include <set>

#include "apprentice/base/cores.h"
#include "apprentice/pipeline/side_by_side.h"

namespace apprentice::pipeline {
namespace {

// Of a step that this build cannot do, those whose work refuses: what another build has done is taken.
Result<Units> units_of(const StepKind& step, const StepPart& part, Run& run) {
  APPRENTICE_TRY(Units units, part.units(run));
  if (step.needs == Needs::kNothing || !train::libtorch_version().empty()) return units;
  for (Unit& unit : units) {
    unit.prepare = nullptr;
    unit.work = [&step](const RunControl&) -> Result<std::vector<std::string>> {
      return no_libtorch("", fmt::format("the step '{}' needs", step.name));
    };
  }
  return units;
}

Result<StepOutcome> run_device(const Hall& hall, const StepKind& step, const StepPart& part, Run& device) {
  const auto work = [&]() -> Result<StepOutcome> {
    APPRENTICE_TRY(const Units units, units_of(step, part, device));
    return run_in_order(step.name, device, units);
  };
  auto done = work();
  if (done || !hall.shared || done.error().kind == ErrorKind::kInterrupted) return done;
  return of_device(device.inputs.job.name, done.error());
}

Result<StepOutcome> run_devices_in_turn(Hall& hall, const StepKind& step, const StepPart& part) {
  StepOutcome outcome = StepOutcome::kUnchanged;
  for (Run& device : hall.devices) {
    APPRENTICE_TRY(const StepOutcome one, run_device(hall, step, part, device));
    outcome = both(outcome, one);
  }
  return outcome;
}

// As many at once as there are cores.
Result<StepOutcome> run_devices_side_by_side(Hall& hall, const StepKind& step, const StepPart& part) {
  std::vector<StepOutcome> outcomes(hall.devices.size(), StepOutcome::kUnchanged);
  std::vector<SideTask> tasks;
  for (size_t i = 0; i < hall.devices.size(); ++i) {
    Run& device = hall.devices[i];
    const auto work = [&, &outcome = outcomes[i]](const RunControl& control) -> Status {
      device.control = control;
      APPRENTICE_TRY(outcome, run_device(hall, step, part, device));
      return {};
    };
    tasks.push_back({device.inputs.job.name, work});
  }
  const Status done = run_side_by_side(step.name, tasks, core_count(), hall.root().control);
  for (Run& device : hall.devices) device.control = hall.root().control;
  APPRENTICE_CHECK(done);
  StepOutcome outcome = StepOutcome::kUnchanged;
  for (const StepOutcome one : outcomes) outcome = both(outcome, one);
  return outcome;
}

// In one queue, so that no core waits for the others of its device. What all devices share is there once.
Result<StepOutcome> run_queue(Hall& hall, const StepKind& step, const StepPart& part) {
  std::vector<QueuedUnit> queue;
  std::set<std::string> at_home;
  for (Run& device : hall.devices) {
    APPRENTICE_TRY(Units units, units_of(step, part, device));
    for (Unit& unit : units) {
      if (unit.place == Place::kHome && !at_home.insert(unit.record).second) continue;
      if (unit.place == Place::kRun && hall.shared) unit.title = device.inputs.job.name + " " + unit.title;
      queue.push_back({&device, std::move(unit)});
    }
  }
  return run_in_queue(step.name, queue, hall.root().control);
}

Result<StepOutcome> run_part(Hall& hall, const StepKind& step, const StepPart& part) {
  const bool alone = !hall.shared;
  switch (part.scope) {
    case Scope::kHall: {
      if (alone) return StepOutcome::kUnchanged;
      APPRENTICE_TRY(const Units units, units_of(step, part, *hall.shared));
      return run_in_order(step.name, *hall.shared, units);
    }
    case Scope::kDevice:
      return alone ? run_devices_in_turn(hall, step, part) : run_devices_side_by_side(hall, step, part);
    case Scope::kDeviceInTurn: return run_devices_in_turn(hall, step, part);
    case Scope::kQueue: break;
  }
  return run_queue(hall, step, part);
}

Result<StepOutcome> run_step(Hall& hall, const StepKind& step) {
  StepOutcome outcome = StepOutcome::kUnchanged;
  for (const StepPart& part : step.parts) {
    APPRENTICE_TRY(const StepOutcome one, run_part(hall, step, part));
    outcome = both(outcome, one);
  }
  return outcome;
}

}  // namespace

std::string device_folder(const std::string& id) { return "devices/" + id; }

Result<Hall> open_hall(const Job& job, const std::string& folder, const RunControl& control) {
  APPRENTICE_TRY(JobInputs inputs, load_inputs(job, folder));
  Hall hall;
  if (inputs.shared) {
    APPRENTICE_TRY(hall.shared, open_run(std::move(*inputs.shared), folder, control));
  }
  for (Inputs& device : inputs.devices) {
    const std::string id = device.job.name;
    auto run = hall.shared
                   ? open_run(std::move(device), hall.shared->directory.file(device_folder(id)), control, &*hall.shared)
                   : open_run(std::move(device), folder, control);
    if (!run && hall.shared) return of_device(id, run.error());
    if (!run) return pass_on(run);
    hall.devices.push_back(std::move(*run));
  }
  return hall;
}

Status run_steps(Hall& hall, const std::string& last, const StepObserver& on_step) {
  for (const StepKind& step : step_kinds()) {
    if (hall.root().control.stop_requested()) return interrupted(step.name);
    APPRENTICE_TRY(const StepOutcome outcome, run_step(hall, step));
    on_step(step, outcome);
    if (step.name == last) return {};
  }
  throw BrokenPromise("run_steps: no such step");
}

Result<report::HallReport> read_hall(const Job& job, const std::string& folder) {
  report::HallReport report;
  report.job = job.report.title.empty() ? job.name : job.report.title;
  report.notes = job.report.notes;
  for (const std::string& id : job.device_ids) {
    APPRENTICE_TRY(report::ReportData device,
                   report::read_report(folder + "/" + device_folder(id) + "/" + kReportJson));
    report.devices.push_back({id, "../" + device_folder(id) + "/" + kReportPage, std::move(device)});
  }
  return report;
}

}  // namespace apprentice::pipeline
