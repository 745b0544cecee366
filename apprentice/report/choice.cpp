// SPDX-License-Identifier: Apache-2.0
// What ships and why: its JSON, its sentence, and the model it means.
#include <algorithm>
#include <cmath>

#include "apprentice/report/format.h"
#include "apprentice/report/json_parts.h"
#include "apprentice/report/metric_text.h"
#include "apprentice/report/report.h"

namespace apprentice::report {
namespace {

constexpr const char* kReasons[] = {"better", "no better", "worse", "alone"};  // by ReportChoice::Reason

std::string reason_of(const ReportChoice& choice) { return kReasons[static_cast<size_t>(choice.reason)]; }

// "1.9 points of accuracy ahead of the same student trained on labels only (95 % interval −0.4 to +4.1)"
std::string standing(const ReportChoice& choice, const std::string& unit) {
  const metrics::Interval& gain = choice.validation->interval;
  const metrics::Metric metric = choice.metric;
  if (choice.validation->units < 2) return "not to be compared with the control arm: the split holds one sample";
  const bool level = choice.reason == ReportChoice::Reason::kNoBetter;
  std::string text = level ? "level with"
                           : fmt::format("{}{} {}", size_text(metric)(std::abs(gain.mean)), gain_unit(metric, unit),
                                         gain.mean > 0.0 ? "ahead of" : "behind");
  text += " the same student trained on labels only (";
  if (level) text += gain_text(metric)(gain.mean) + gain_unit(metric, unit) + ", within one standard error; ";
  text += fmt::format("95 % interval {} to {}", gain_text(metric)(gain.low), gain_text(metric)(gain.high));
  if (choice.validation->seeds > 1) text += fmt::format(", mean of {} trainings", choice.validation->seeds);
  return text + ")";
}

}  // namespace

nlohmann::ordered_json to_json(const ReportChoice& choice) {
  nlohmann::ordered_json json = {{"ships", to_string(choice.ships)},
                                 {"reason", reason_of(choice)},
                                 {"metric", metrics::to_string(choice.metric)},
                                 {"trainings", choice.trainings},
                                 {"student_training", choice.student_training},
                                 {"control_training", choice.control_training}};
  if (choice.validation) json["validation"] = gain_json(*choice.validation);
  return json;
}

ReportChoice read_choice(const JsonReader& json) {
  ReportChoice choice;
  choice.ships = read_role(json, "ships");
  if (choice.ships != ModelRole::kStudentInt8 && choice.ships != ModelRole::kControlInt8) {
    json.refuse("'{}' cannot ship; possible: student_int8, control_int8", to_string(choice.ships));
  }
  choice.reason = json.choice<ReportChoice::Reason>("reason", kReasons);
  choice.metric = read_metric(json);
  choice.trainings = json.count("trainings");
  choice.student_training = json.count("student_training");
  choice.control_training = json.count("control_training");
  const int64_t most = std::max(choice.student_training, choice.control_training);
  if (std::min(choice.student_training, choice.control_training) < 1 || most > choice.trainings) {
    json.refuse("student_training and control_training count from 1 to trainings");
  }
  if (json.has("validation")) choice.validation = read_gain(json.object("validation"));
  const bool compared = choice.reason != ReportChoice::Reason::kAlone;
  if (compared != choice.validation.has_value()) json.refuse("a reason that compares and validation come together");
  return choice;
}

Result<ReportChoice> choice_from_json(const nlohmann::ordered_json& json, const std::string& file) {
  const JsonReader reader(json, file);
  ReportChoice choice = read_choice(reader);
  APPRENTICE_CHECK(reader.status());
  return choice;
}

std::string choice_sentence(const ReportChoice& choice, const std::string& unit) {
  if (choice.reason == ReportChoice::Reason::kAlone)
    return "The student ships: no control arm was trained to compare it with.";
  const std::string finding = standing(choice, unit);
  if (choice.reason == ReportChoice::Reason::kBetter)
    return "The distilled student ships: on the validation split it is " + finding + ".";
  if (choice.ships == ModelRole::kStudentInt8)
    return "The distilled student ships, as the job asks, although on the validation split it is " + finding + ".";
  return "The control arm ships, not the distilled student, which on the validation split is " + finding + ".";
}

std::string training_sentence(const ReportChoice& choice) {
  if (choice.trainings < 2) return "";
  const bool control = choice.ships == ModelRole::kControlInt8;
  return fmt::format("Training {} of {} ships, the best of its kind on the validation split.",
                     control ? choice.control_training : choice.student_training, choice.trainings);
}

ModelRole shipped_role(const ReportData& report) {
  return report.choice ? report.choice->ships : ModelRole::kStudentInt8;
}

const ReportModel* shipped_model(const ReportData& report) {
  const ReportModel* int8 = find_model(report, shipped_role(report));
  return int8 != nullptr ? int8 : find_model(report, ModelRole::kStudent);
}

}  // namespace apprentice::report
