// SPDX-License-Identifier: Apache-2.0
#include "apprentice/report/metric_text.h"

#include <cctype>

#include "apprentice/report/format.h"

namespace apprentice {

std::string metric_column(Metric metric) {
  std::string title = metric_title(metric);
  title.front() = static_cast<char>(std::toupper(static_cast<unsigned char>(title.front())));
  return title;
}

NumberText score_text(Metric metric) { return is_share(metric) ? format_percent : format_number; }
NumberText tick_text(Metric metric) { return is_share(metric) ? format_percent_tick : format_tick; }
NumberText size_text(Metric metric) { return is_share(metric) ? format_points : format_number; }
NumberText gain_text(Metric metric) { return is_share(metric) ? format_signed_points : format_signed; }
double gain_tick(Metric metric, double gain) { return is_share(metric) ? 100.0 * gain : gain; }

std::string gain_unit(Metric metric, const std::string& target_unit) {
  if (is_share(metric)) return fmt::format(" points of {}", metric_title(metric));
  return fmt::format("{} of {}", target_unit.empty() ? "" : " " + target_unit, metric_title(metric));
}

std::string score_axis(Metric metric) {
  return is_share(metric) ? metric_title(metric) : fmt::format("{}, lower is better", metric_title(metric));
}

std::optional<double> score_of(const ReportModel& model, Metric metric) {
  if (model.classification && is_share(metric)) return value_of(metric, *model.classification);
  if (model.regression && !is_share(metric)) return value_of(metric, *model.regression);
  return std::nullopt;
}

std::optional<double> score_of(const ReportModel* model, Metric metric) {
  if (model == nullptr) return std::nullopt;
  return score_of(*model, metric);
}

}  // namespace apprentice
