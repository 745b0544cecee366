// SPDX-License-Identifier: Apache-2.0
#include "apprentice/report/baselines.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "apprentice/report/format.h"
#include "apprentice/report/metric_text.h"

namespace apprentice::report {
namespace {

using Json = nlohmann::ordered_json;

constexpr double kClearly = 0.005;  // a share of 1, or of the teacher's error

// Larger is better.
double merit(const ReportBaseline& baseline, metrics::Metric metric) {
  if (baseline.regression) return -metrics::value_of(metric, *baseline.regression);
  const ReportBaseline::Shares& shares = *baseline.classification;
  switch (metric) {
    case metrics::Metric::kBalancedAccuracy: return shares.balanced_accuracy;
    case metrics::Metric::kMacroF1: return shares.macro_f1;
    case metrics::Metric::kPrAuc: return shares.pr_auc;
    default: return shares.accuracy;
  }
}

std::optional<double> merit(const ReportModel* model, metrics::Metric metric) {
  const std::optional<double> score = score_of(model, metric);
  if (!score) return std::nullopt;
  return metrics::is_share(metric) ? *score : -*score;
}

const ReportBaseline* best_baseline(const ReportData& report) {
  const auto& list = report.baselines;
  const auto best = std::max_element(list.begin(), list.end(), [&](const auto& a, const auto& b) {
    return merit(a, report.metric) < merit(b, report.metric);
  });
  return best == list.end() ? nullptr : &*best;
}

std::string figure(const ReportData& report, double merit_value) {
  if (metrics::is_share(report.metric)) return format_percent(merit_value);
  return format_number(-merit_value) + (report.target_unit.empty() ? "" : "\xC2\xA0" + report.target_unit);
}

// "boosted trees on window statistics": inside a sentence.
std::string in_sentence(std::string title) {
  if (!title.empty()) title[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(title[0])));
  return title;
}

std::string difference(const ReportData& report, const metrics::Interval& interval) {
  const NumberText text = gain_text(report.metric);
  return fmt::format(" ({}{}, 95 % interval {} to {})", text(interval.mean),
                     metrics::is_share(report.metric) ? " points" : "", text(interval.low), text(interval.high));
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
    json["pr_auc"] = baseline.classification->pr_auc;
  }
  if (baseline.regression) json.update(metrics::to_json(*baseline.regression));
  const metrics::Interval& ahead = baseline.over_shipped;
  json["over_shipped"] = {{"mean", ahead.mean}, {"low", ahead.low}, {"high", ahead.high}};
  return json;
}

ReportBaseline read_baseline(const JsonReader& json) {
  ReportBaseline baseline;
  baseline.name = json.text("name");
  baseline.title = json.text("title");
  baseline.detail = json.text("detail");
  baseline.trained_on = json.count("trained_on");
  baseline.size = json.count("size");
  baseline.unit = json.text("unit");
  if (json.has("rmse")) {
    baseline.regression =
        metrics::RegressionMetrics{json.count("samples"), json.number("rmse"), json.number("mae"), json.number("r2")};
  } else {
    baseline.classification = ReportBaseline::Shares{json.number("accuracy"), json.number("balanced_accuracy"),
                                                     json.number("macro_f1"), json.number("pr_auc")};
  }
  const JsonReader ahead = json.object("over_shipped");
  baseline.over_shipped = {ahead.number("mean"), ahead.number("low"), ahead.number("high")};
  return baseline;
}

std::optional<std::string> baseline_ahead(const ReportData& report) {
  const ReportModel* shipped = shipped_model(report);
  const ReportBaseline* best = best_baseline(report);
  const std::optional<double> own = merit(shipped, report.metric);
  if (!own || best == nullptr || !(merit(*best, report.metric) > *own)) return std::nullopt;
  const bool proven = best->over_shipped.low > 0.0;
  const char* arm = shipped->role == ModelRole::kControlInt8 ? "control arm" : "student";
  return fmt::format("A simple baseline is ahead of the {}{}: {}, with {} {} on the test split against {}{}.", arm,
                     proven ? "" : ", though not proven to be", in_sentence(best->title),
                     figure(report, merit(*best, report.metric)), metrics::metric_title(report.metric),
                     figure(report, *own), difference(report, best->over_shipped));
}

std::optional<std::string> baseline_above_teacher(const ReportData& report) {
  const std::optional<double> taught = merit(find_model(report, ModelRole::kTeacher), report.metric);
  const ReportBaseline* best = best_baseline(report);
  if (!taught || best == nullptr) return std::nullopt;
  const double margin = metrics::is_share(report.metric) ? kClearly : -*taught * kClearly;
  if (!(merit(*best, report.metric) > *taught + margin)) return std::nullopt;
  return fmt::format(
      "The teacher is below a simple baseline: {} {} on the test split, {} {}. A better teacher comes "
      "first.",
      figure(report, *taught), metrics::metric_title(report.metric), in_sentence(best->title),
      figure(report, merit(*best, report.metric)));
}

}  // namespace apprentice::report
