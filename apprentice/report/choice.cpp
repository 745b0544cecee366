// SPDX-License-Identifier: Apache-2.0
// Which arm ships: its JSON, its sentence, and the model it means.
#include "apprentice/report/format.h"
#include "apprentice/report/json_parts.h"
#include "apprentice/report/report.h"

namespace apprentice {

nlohmann::ordered_json to_json(const ReportChoice& choice) {
  return {{"ships", to_string(choice.ships)},
          {"student_is_worse", choice.student_is_worse},
          {"validation", gain_json(choice.validation)}};
}

ReportChoice read_choice(const ReportReader& json) {
  ReportChoice choice;
  choice.ships = read_role(json, "ships");
  if (choice.ships != ModelRole::kStudentInt8 && choice.ships != ModelRole::kControlInt8) {
    json.refuse("'{}' cannot ship; possible: student_int8, control_int8", to_string(choice.ships));
  }
  choice.student_is_worse = json.flag("student_is_worse");
  choice.validation = read_gain(json.object("validation"));
  return choice;
}

Result<ReportChoice> choice_from_json(const nlohmann::ordered_json& json, const std::string& file) {
  std::optional<Error> error;
  ReportChoice choice = read_choice(ReportReader(json, file + "#", &error));
  if (error) return tl::unexpected<Error>(std::move(*error));
  return choice;
}

std::string choice_warning(const ReportChoice& choice, TaskKind task, const std::string& unit) {
  if (!choice.student_is_worse) return "";
  const Interval& interval = choice.validation.interval;
  const bool points = task == TaskKind::kClassification;
  const auto size = points ? format_points : format_number;
  const auto with_sign = points ? format_signed_points : format_signed;
  const std::string finding = fmt::format(
      "on the validation split the distilled student is worse than the same student trained on labels only: by "
      "{}{} (95 % interval of the gain {} to {})",
      size(-interval.mean),
      points ? " points of accuracy" : " " + unit + (unit.empty() ? "" : " ") + "of mean absolute error",
      with_sign(interval.low), with_sign(interval.high));
  if (choice.ships == ModelRole::kControlInt8)
    return "The control arm ships, not the distilled student: " + finding + ".";
  return "The distilled student ships, as the job asks, although " + finding + ".";
}

ModelRole shipped_role(const ReportData& report) {
  return report.choice ? report.choice->ships : ModelRole::kStudentInt8;
}

const ReportModel* shipped_model(const ReportData& report) {
  const ReportModel* int8 = find_model(report, shipped_role(report));
  return int8 != nullptr ? int8 : find_model(report, ModelRole::kStudent);
}

}  // namespace apprentice
