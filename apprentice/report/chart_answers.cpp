// SPDX-License-Identifier: Apache-2.0
// Regression: what each model answers over what is true, one small drawing per model on the same axes.
#include <fmt/format.h>

#include <cmath>

#include "apprentice/report/charts.h"
#include "apprentice/report/format.h"
#include "apprentice/report/side_by_side_rows.h"
#include "apprentice/report/svg.h"

namespace apprentice::report {
namespace {

bool has_answers(const ReportData& report, const ReportModel& model) {
  return !model.shown_answers.empty() && model.shown_answers.size() == report.shown_targets.size();
}

// All true values and answers, so that drawings can be compared.
Range range_of_all(const ReportData& report) {
  std::vector<double> values = report.shown_targets;
  for (const ReportModel& model : report.models) {
    if (has_answers(report, model)) values.insert(values.end(), model.shown_answers.begin(), model.shown_answers.end());
  }
  return range_around(values, 0.04);
}

std::string answers_figure(const ReportData& report, const ReportModel& model, const Range& range) {
  Figure figure;
  figure.title = role_title(model.role);
  Svg svg(fmt::format("answers-{}", to_string(model.role)), 250, 250, "Answers of " + figure.title,
          "Answer over true value; on the diagonal the two are equal.");
  const Scale x{range.low, range.high, 48, 230}, y{range.low, range.high, 206, 24};
  const std::vector<double> ticks = round_ticks(range.low, range.high, 4);
  svg.x_axis(x, y, ticks, format_tick, "true value");
  svg.y_axis(x, y, ticks, format_tick, "answer");
  svg.line(x(range.low), y(range.low), x(range.high), y(range.high), "diagonal");
  for (size_t i = 0; i < model.shown_answers.size(); ++i) {
    const double truth = report.shown_targets[i], answer = model.shown_answers[i];
    if (!std::isfinite(truth) || !std::isfinite(answer)) continue;
    svg.circle(x(truth), y(answer), 2.2, role_class(model.role) + " bin",
               fmt::format("true {}, answer {}", format_number(truth), format_number(answer)));
  }
  if (model.regression) {
    svg.text(x.end - 6, y.start - 10, "R² " + format_number(model.regression->r2), "label strong", Anchor::kEnd);
  }
  figure.svg = svg.finish();
  return figure_html(figure);
}

}  // namespace

std::string answers_charts(const ReportData& report) {
  const Range range = range_of_all(report);
  std::string out;
  for (const ReportModel* model : ordered_models(report)) {
    if (has_answers(report, *model)) out += answers_figure(report, *model, range);
  }
  return out.empty() ? "" : "<div class=\"grid small\">" + out + "</div>\n";
}

}  // namespace apprentice::report
