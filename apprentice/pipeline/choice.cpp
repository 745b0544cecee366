// SPDX-License-Identifier: Apache-2.0
#include "apprentice/pipeline/choice.h"

#include <numeric>

#include "apprentice/base/files.h"
#include "apprentice/model/json_reader.h"

namespace apprentice {
namespace {

// Mean absolute error over seeds, which answer the same samples: in regression a merit is minus that of one.
double mean_error(const Merits& merits) {
  double sum = 0.0;
  for (const std::vector<double>& seed : merits) sum += std::accumulate(seed.begin(), seed.end(), 0.0);
  return -sum / static_cast<double>(merits.size() * merits.front().size());
}

}  // namespace

ReportChoice choose(const Merits& student, const Merits& control, const Truth& validation, const Job& job) {
  ReportChoice choice;
  choice.validation = gain_over(student, control, validation, job);
  const Interval& interval = choice.validation.interval;
  const double tolerable = kTolerableLoss * (validation.targets.empty() ? 1.0 : mean_error(control));
  choice.student_is_worse = choice.validation.units > 1 && (interval.mean < -tolerable || interval.high < 0.0);
  if (choice.student_is_worse && job.fallback) choice.ships = ModelRole::kControlInt8;
  return choice;
}

Result<ReportChoice> read_choice(const Run& run) {
  const std::string path = run.directory.file(kChoice);
  APPRENTICE_TRY(const std::string text, read_file(path, int64_t{1} << 20));
  APPRENTICE_TRY(const nlohmann::ordered_json json, parse_json(text, path));
  return choice_from_json(json, path);
}

Result<Arm> shipped_arm(const Run& run) {
  if (!run.inputs.job.control) return kStudentArm;
  APPRENTICE_TRY(const ReportChoice choice, read_choice(run));
  return choice.ships == ModelRole::kControlInt8 ? kControlArm : kStudentArm;
}

}  // namespace apprentice
