// SPDX-License-Identifier: Apache-2.0
// A metric in words and numbers, the same wherever it is shown. Internal to report/.
#pragma once

#include <optional>
#include <string>

#include "apprentice/metrics/metric.h"
#include "apprentice/report/report.h"

namespace apprentice::report {

using NumberText = std::string (*)(double);
// "Balanced accuracy", "RMSE": for columns and tiles.
std::string metric_column(metrics::Metric metric);
NumberText score_text(metrics::Metric metric);  // "93.1 %", "12.9"
NumberText tick_text(metrics::Metric metric);   // of an axis of scores
NumberText size_text(metrics::Metric metric);   // of a difference without its sign: "1.2" points, "0.800"
NumberText gain_text(metrics::Metric metric);   // with its sign: "+1.2", "−0.300"
// An axis of gains counts points.
double gain_tick(metrics::Metric metric, double gain);
// " points of balanced accuracy", " cycles of RMSE": after a difference.
std::string gain_unit(metrics::Metric metric, const std::string& target_unit);
// "balanced accuracy", "RMSE, lower is better"
std::string score_axis(metrics::Metric metric);
// What the report holds of a model; nothing where it was not scored.
std::optional<double> score_of(const ReportModel& model, metrics::Metric metric);
std::optional<double> score_of(const ReportModel* model, metrics::Metric metric);  // null: nothing

}  // namespace apprentice::report
