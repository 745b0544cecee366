// SPDX-License-Identifier: Apache-2.0
#include "apprentice/pipeline/unit.h"

#include <algorithm>

#include "apprentice/base/cores.h"
#include "apprentice/pipeline/side_by_side.h"

namespace apprentice::pipeline {
namespace {

using Json = nlohmann::ordered_json;

Result<Json> seal_of(const Unit& unit) {
  Json seal = {{"version", version()}};
  if (!unit.inputs) return seal;
  APPRENTICE_TRY(const Json inputs, unit.inputs());
  seal.update(inputs);
  return seal;
}

// Refuses what a hall has not made that is not open here.
Result<bool> is_done(const std::string& step, const Run& run, const Unit& unit, const Json& seal) {
  const RunDirectory place = place_of(run, unit.place);
  if (unit.is_stored ? unit.is_stored() : place.is_sealed(unit.record, seal)) return true;
  if (place.is_locked()) return false;
  return fail(ErrorKind::kNotFound, place.path(),
              "the hall has not done its step '{0}' yet, or for other inputs; `apprentice {0} {1}` does", step,
              place.path());
}

Status make(const Run& run, const Unit& unit, const Json& seal, const RunControl& control) {
  const auto work = [&] { return unit.work(control); };
  if (unit.is_stored) {
    APPRENTICE_CHECK(work());
  } else {
    APPRENTICE_CHECK(place_of(run, unit.place).once(unit.record, seal, work));
  }
  return {};
}

}  // namespace

RunDirectory place_of(const Run& run, Place place) { return place == Place::kHome ? run.home : run.directory; }

Units one_unit(Run& run, const std::string& step, Result<Json> (*inputs)(const Run&),
               Result<std::vector<std::string>> (*work)(Run&)) {
  return {{step, step, [&run, inputs] { return inputs(run); }, [&run, work](const RunControl&) { return work(run); }}};
}

Result<StepOutcome> run_in_order(const std::string& step, const Run& run, const Units& units) {
  StepOutcome outcome = StepOutcome::kUnchanged;
  for (const Unit& unit : units) {
    if (run.control.stop_requested()) return interrupted(step);
    APPRENTICE_TRY(const Json seal, seal_of(unit));
    APPRENTICE_TRY(const bool done, is_done(step, run, unit, seal));
    if (done) continue;
    if (unit.prepare) APPRENTICE_CHECK(unit.prepare());
    APPRENTICE_CHECK(make(run, unit, seal, run.control));
    outcome = StepOutcome::kDone;
  }
  return outcome;
}

Result<StepOutcome> run_in_queue(const std::string& step, const std::vector<QueuedUnit>& queue,
                                 const RunControl& control) {
  std::vector<SideTask> tasks;
  int widest = 1;
  for (const auto& [run, unit] : queue) {
    widest = std::max(widest, unit.threads);
    APPRENTICE_TRY(const Json seal, seal_of(unit));
    APPRENTICE_TRY(const bool done, is_done(step, *run, unit, seal));
    if (done) continue;
    if (unit.prepare) APPRENTICE_CHECK(unit.prepare());
    const auto work = [of = run, &one = unit, seal](const RunControl& own) { return make(*of, one, seal, own); };
    tasks.push_back({unit.title, work});
  }
  if (tasks.empty()) return StepOutcome::kUnchanged;
  APPRENTICE_CHECK(run_side_by_side(step, tasks, std::max(1, core_count() / widest), control));
  return StepOutcome::kDone;
}

Result<StepOutcome> run_in_queue(const std::string& step, Run& run, const Units& units) {
  std::vector<QueuedUnit> queue;
  for (const Unit& unit : units) queue.push_back({&run, unit});
  return run_in_queue(step, queue, run.control);
}

StepOutcome both(StepOutcome a, StepOutcome b) { return a == StepOutcome::kUnchanged ? b : StepOutcome::kDone; }

}  // namespace apprentice::pipeline
