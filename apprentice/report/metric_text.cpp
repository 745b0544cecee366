// SPDX-License-Identifier: Apache-2.0
#include "apprentice/report/metric_text.h"

#include <cctype>

#include "apprentice/report/format.h"

namespace apprentice::report {

std::string metric_column(metrics::Metric metric) {
  std::string title = metrics::metric_title(metric);
  title.front() = static_cast<char>(std::toupper(static_cast<unsigned char>(title.front())));
  return title;
}

NumberText score_text(metrics::Metric metric) { return metrics::is_share(metric) ? format_percent : format_number; }
NumberText tick_text(metrics::Metric metric) { return metrics::is_share(metric) ? format_percent_tick : format_tick; }
NumberText size_text(metrics::Metric metric) { return metrics::is_share(metric) ? format_points : format_number; }
NumberText gain_text(metrics::Metric metric) {
  return metrics::is_share(metric) ? format_signed_points : format_signed;
}
double gain_tick(metrics::Metric metric, double gain) { return metrics::is_share(metric) ? 100.0 * gain : gain; }

std::string gain_unit(metrics::Metric metric, const std::string& target_unit) {
  if (metrics::is_share(metric)) return fmt::format(" points of {}", metrics::metric_title(metric));
  return fmt::format("{} of {}", target_unit.empty() ? "" : " " + target_unit, metrics::metric_title(metric));
}

std::string score_axis(metrics::Metric metric) {
  return metrics::is_share(metric) ? metrics::metric_title(metric)
                                   : fmt::format("{}, lower is better", metrics::metric_title(metric));
}

std::optional<double> score_of(const ReportModel& model, metrics::Metric metric) {
  if (model.classification && metrics::is_share(metric)) return metrics::value_of(metric, *model.classification);
  if (model.regression && !metrics::is_share(metric)) return metrics::value_of(metric, *model.regression);
  return std::nullopt;
}

std::optional<double> score_of(const ReportModel* model, metrics::Metric metric) {
  if (model == nullptr) return std::nullopt;
  return score_of(*model, metric);
}

}  // namespace apprentice::report
