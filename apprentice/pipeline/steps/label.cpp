// SPDX-License-Identifier: Apache-2.0
// label: the teacher's answers on the training split, in the run's target store. The store seals its own shards.
#include "apprentice/pipeline/steps/step.h"
#include "apprentice/pipeline/teaching.h"

namespace apprentice::pipeline {
namespace {

Unit answer_unit(Run& run, Asked side, const Learner& learner) {
  Unit unit;
  unit.title = "label";
  unit.is_stored = [&run, side, learner] { return has_answers(run, side, learner); };
  unit.work = [&run, side, learner](const RunControl& control) -> Result<std::vector<std::string>> {
    APPRENTICE_CHECK(store_answers(run, side, learner, control));
    return std::vector<std::string>();
  };
  if (learner.number == 0) unit.place = Place::kHome;
  return unit;
}

}  // namespace

// On the training split what the first of the device's networks learns from, once for all that look at the same
// features; on the test split what the report of a device compares with that cannot ask the teacher itself.
Units teacher_answer_units(Run& run) {
  Units units;
  if (!has_teacher(run.inputs)) return units;
  const Learner first = learners_of(run.inputs).front();
  if (!run.owns_teacher()) units.push_back(answer_unit(run, Asked::kTest, first));
  if (needs_targets(run.inputs, first)) units.push_back(answer_unit(run, Asked::kTrain, first));
  return units;
}

Result<Units> label_units(Run& run) {
  Units units = teacher_answer_units(run);
  const Learner student = student_of(run.inputs);
  if (student.number > 0 && needs_targets(run.inputs, student)) {
    units.push_back(answer_unit(run, Asked::kTrain, student));
  }
  return units;
}

}  // namespace apprentice::pipeline
