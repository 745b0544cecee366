// SPDX-License-Identifier: Apache-2.0
#include "apprentice/report/baselines.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "apprentice/report/format.h"

namespace apprentice {
namespace {

using Json = nlohmann::ordered_json;

constexpr double kClearly = 0.005;  // of accuracy, or of the teacher's RMSE

bool classifies(const ReportData& report) { return report.task == TaskKind::kClassification; }

// Larger is better.
double merit(const ReportBaseline& baseline) {
  return baseline.classification ? baseline.classification->accuracy : -baseline.regression->rmse;
}

std::optional<double> merit(const ReportModel* model) {
  if (model != nullptr && model->classification) return model->classification->accuracy;
  if (model != nullptr && model->regression) return -model->regression->rmse;
  return std::nullopt;
}

const ReportBaseline* best_baseline(const ReportData& report) {
  const auto& list = report.baselines;
  const auto best =
      std::max_element(list.begin(), list.end(), [](const auto& a, const auto& b) { return merit(a) < merit(b); });
  return best == list.end() ? nullptr : &*best;
}

std::string figure(const ReportData& report, double merit_value) {
  if (classifies(report)) return format_percent(merit_value);
  return format_number(-merit_value) + (report.target_unit.empty() ? "" : "\xC2\xA0" + report.target_unit);
}

// "boosted trees on window statistics": inside a sentence.
std::string in_sentence(std::string title) {
  if (!title.empty()) title[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(title[0])));
  return title;
}

std::string difference(const ReportData& report, const Interval& interval) {
  if (!classifies(report)) return "";
  return fmt::format(" ({} points, 95 % interval {} to {})", format_signed_points(interval.mean),
                     format_signed_points(interval.low), format_signed_points(interval.high));
}

}  // namespace

Json baseline_json(const ReportBaseline& baseline) {
  Json json = {{"name", baseline.name},     {"title", baseline.title},
               {"detail", baseline.detail}, {"trained_on", baseline.trained_on},
               {"size", baseline.size},     {"unit", baseline.unit}};
  if (baseline.classification) {
    json["accuracy"] = baseline.classification->accuracy;
    json["balanced_accuracy"] = baseline.classification->balanced_accuracy;
    json["macro_f1"] = baseline.classification->macro_f1;
  }
  if (baseline.regression) json.update(to_json(*baseline.regression));
  const Interval& ahead = baseline.over_shipped;
  json["over_shipped"] = {{"mean", ahead.mean}, {"low", ahead.low}, {"high", ahead.high}};
  return json;
}

ReportBaseline read_baseline(const ReportReader& json) {
  ReportBaseline baseline;
  baseline.name = json.text("name");
  baseline.title = json.text("title");
  baseline.detail = json.text("detail");
  baseline.trained_on = json.count("trained_on");
  baseline.size = json.count("size");
  baseline.unit = json.text("unit");
  if (json.has("rmse")) {
    baseline.regression =
        RegressionMetrics{json.count("samples"), json.number("rmse"), json.number("mae"), json.number("r2")};
  } else {
    baseline.classification =
        ReportBaseline::Shares{json.number("accuracy"), json.number("balanced_accuracy"), json.number("macro_f1")};
  }
  const ReportReader ahead = json.object("over_shipped");
  baseline.over_shipped = {ahead.number("mean"), ahead.number("low"), ahead.number("high")};
  return baseline;
}

std::optional<std::string> baseline_ahead(const ReportData& report) {
  const ReportModel* shipped = shipped_model(report);
  const ReportBaseline* best = best_baseline(report);
  const std::optional<double> own = merit(shipped);
  if (!own || best == nullptr || !(merit(*best) > *own)) return std::nullopt;
  const bool proven = !classifies(report) || best->over_shipped.low > 0.0;
  const char* arm = shipped->role == ModelRole::kControlInt8 ? "control arm" : "student";
  return fmt::format("A simple baseline is ahead of the {}{}: {}, with {} {} on the test split against {}{}.", arm,
                     proven ? "" : ", though not proven to be", in_sentence(best->title), figure(report, merit(*best)),
                     classifies(report) ? "accuracy" : "RMSE", figure(report, *own),
                     difference(report, best->over_shipped));
}

std::optional<std::string> baseline_above_teacher(const ReportData& report) {
  const std::optional<double> taught = merit(find_model(report, ModelRole::kTeacher));
  const ReportBaseline* best = best_baseline(report);
  if (!taught || best == nullptr) return std::nullopt;
  const double margin = classifies(report) ? kClearly : -*taught * kClearly;
  if (!(merit(*best) > *taught + margin)) return std::nullopt;
  return fmt::format(
      "The teacher is below a simple baseline: {} {} on the test split, {} {}. A better teacher comes "
      "first.",
      figure(report, *taught), classifies(report) ? "accuracy" : "RMSE", in_sentence(best->title),
      figure(report, merit(*best)));
}

}  // namespace apprentice
