// SPDX-License-Identifier: Apache-2.0
// label: the teacher's answers on the training split, in the run's target store. The store seals its own shards.
#include <filesystem>

#include "apprentice/base/files.h"
#include "apprentice/pipeline/steps/step.h"
#include "apprentice/pipeline/teaching.h"
#include "apprentice/teacher/known_teacher.h"

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

// What builds know of a teacher that cannot run its model.
Unit known_unit(Run& run, size_t number) {
  const auto known = [&run, number]() -> Result<nlohmann::ordered_json> {
    APPRENTICE_TRY(const auto teacher, teacher_of(run, number));
    return teacher::known_json(teacher->info(), teacher_files(run, number));
  };
  Unit unit{"label", fmt::format("known{}", number), known};
  unit.work = [&run, number, known](const RunControl&) -> Result<std::vector<std::string>> {
    APPRENTICE_TRY(const nlohmann::ordered_json json, known());
    const RunDirectory& place = number == 0 ? run.home : run.directory;
    APPRENTICE_CHECK(make_folder(std::filesystem::path(place.file(known_path(number))).parent_path().string()));
    APPRENTICE_CHECK(write_file(place.file(known_path(number)), json.dump(2) + "\n"));
    return std::vector<std::string>{known_path(number)};
  };
  if (number == 0) unit.place = Place::kHome;
  return unit;
}

}  // namespace

// On the training split what the first of the device's networks learns from, once for all that look at the same
// features; on the test split what the report compares with.
Units teacher_answer_units(Run& run) {
  Units units;
  if (!has_teacher(run.inputs)) return units;
  const Learner first = learners_of(run.inputs).front();
  units.push_back(known_unit(run, 0));
  units.push_back(answer_unit(run, Asked::kTest, first));
  if (needs_targets(run.inputs, first)) units.push_back(answer_unit(run, Asked::kTrain, first));
  return units;
}

Result<Units> label_units(Run& run) {
  Units units = teacher_answer_units(run);
  const Learner student = student_of(run.inputs);
  for (size_t number = 1; number <= student.number; ++number) units.push_back(known_unit(run, number));
  if (student.number > 0 && needs_targets(run.inputs, student)) {
    units.push_back(answer_unit(run, Asked::kTrain, student));
  }
  return units;
}

}  // namespace apprentice::pipeline
