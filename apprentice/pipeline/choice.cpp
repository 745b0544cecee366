// SPDX-License-Identifier: Apache-2.0
#include "apprentice/pipeline/choice.h"

#include <algorithm>
#include <cmath>

#include "apprentice/base/files.h"
#include "apprentice/base/json_reader.h"

namespace apprentice::pipeline {
namespace {

using Reason = report::ReportChoice::Reason;

// Counted from 1.
int64_t best_training(const Scorecards& trainings) {
  std::vector<double> merits;
  for (const metrics::Scorecard& card : trainings) merits.push_back(card.merit());
  return std::max_element(merits.begin(), merits.end()) - merits.begin() + 1;
}

Reason reason_of(const report::ReportGain& gain) {
  constexpr double kRounding = 1e-9;  // of a mean of equal scores
  const double level = std::max(kRounding, metrics::standard_error(gain.interval));
  if (gain.units < 2 || std::abs(gain.interval.mean) <= level) return Reason::kNoBetter;
  return gain.interval.mean > 0.0 ? Reason::kBetter : Reason::kWorse;
}

}  // namespace

report::ReportChoice choose(const Scorecards& student, const Scorecards& control, const Truth& validation,
                            const Job& job) {
  report::ReportChoice choice;
  choice.metric = student.front().metric();
  choice.trainings = static_cast<int64_t>(student.size());
  choice.student_training = best_training(student);
  if (control.empty()) return choice;
  choice.control_training = best_training(control);
  choice.validation = gain_over(student, control, validation, job);
  choice.reason = reason_of(*choice.validation);
  if (choice.reason != Reason::kBetter && job.fallback) choice.ships = report::ModelRole::kControlInt8;
  return choice;
}

Result<report::ReportChoice> read_choice(const Run& run) {
  const std::string path = run.directory.file(kChoice);
  APPRENTICE_TRY(const nlohmann::ordered_json json, read_json(path, int64_t{1} << 20));
  return report::choice_from_json(json, path);
}

std::vector<Arm> chosen_arms(const report::ReportChoice& choice, const Job& job) {
  std::vector<Arm> list = arms(job);
  for (Arm& arm : list) arm.repeat = (arm.distilled ? choice.student_training : choice.control_training) - 1;
  return list;
}

Result<Arm> shipped_arm(const Run& run) {
  APPRENTICE_TRY(const report::ReportChoice choice, read_choice(run));
  const bool control = choice.ships == report::ModelRole::kControlInt8;
  for (const Arm& arm : chosen_arms(choice, run.inputs.job)) {
    if (arm.distilled != control) return arm;
  }
  return bad_input(run.directory.file(kChoice),
                   "names an arm that the job does not have; remove the file, and run again");
}

}  // namespace apprentice::pipeline
