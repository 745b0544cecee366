// SPDX-License-Identifier: Apache-2.0
// Learning curves of the student and its control arm.
#include <fmt/format.h>

#include "apprentice/report/charts.h"
#include "apprentice/report/format.h"
#include "apprentice/report/svg.h"

namespace apprentice::report {
namespace {

// One drawing: a value per validation, one line per curve.
struct Panel {
  std::string slug, title, y_title;
  double ReportPoint::*value = nullptr;
  std::string (*format)(double) = format_number;
  std::string (*tick)(double) = format_tick;
};

const ReportPoint* best_of(const ReportCurve& curve) {
  for (const ReportPoint& point : curve.points) {
    if (point.step == curve.best_step) return &point;
  }
  return nullptr;
}

void draw_curve(Svg* svg, const ReportCurve& curve, const Panel& panel, const Scale& x, const Scale& y) {
  std::vector<double> xs, ys;
  for (const ReportPoint& point : curve.points) {
    xs.push_back(x(static_cast<double>(point.step)));
    ys.push_back(y(point.*panel.value));
  }
  svg->polyline(xs, ys, role_class(curve.role) + " curve");
  const ReportPoint* best = best_of(curve);
  if (best == nullptr) return;
  svg->marker(curve.role, x(static_cast<double>(best->step)), y(best->*panel.value),
              fmt::format("{}, step {}: {}", role_title(curve.role), best->step, panel.format(best->*panel.value)));
}

std::string panel_figure(const ReportData& report, const Panel& panel) {
  std::vector<double> values, steps;
  Figure figure;
  figure.title = panel.title;
  figure.columns = {"Step", "Model", panel.y_title};
  for (const ReportCurve& curve : report.curves) {
    figure.legend.push_back(curve.role);
    for (const ReportPoint& point : curve.points) {
      values.push_back(point.*panel.value);
      steps.push_back(static_cast<double>(point.step));
      figure.rows.push_back({std::to_string(point.step), role_title(curve.role), panel.format(point.*panel.value)});
    }
  }
  const Range range = range_around(values, 0.05), time = range_around(steps, 0.02);
  Svg svg(panel.slug, 440, 250, panel.title, "One line per model over the steps; the mark is the step that was kept.");
  const Scale x{time.low, time.high, 56, 430}, y{range.low, range.high, 204, 26};
  svg.x_axis(x, y, round_ticks(time.low, time.high, 6), format_tick, "step");
  svg.y_axis(x, y, round_ticks(range.low, range.high, 5), panel.tick, panel.y_title);
  for (const ReportCurve& curve : report.curves) draw_curve(&svg, curve, panel, x, y);
  figure.svg = svg.finish();
  return figure_html(figure);
}

}  // namespace

std::string learning_charts(const ReportData& report) {
  bool any = false;
  for (const ReportCurve& curve : report.curves) any = any || !curve.points.empty();
  if (!any) return "";
  const std::string metric = report.validation_metric_name.empty() ? "metric" : report.validation_metric_name;
  const bool share = report.task == TaskKind::kClassification;
  return panel_figure(report, {"validation", "On the validation split", metric, &ReportPoint::validation_metric,
                               share ? format_percent : format_number, share ? format_percent_tick : format_tick}) +
         panel_figure(report, {"loss", "On the training split", "training loss, each arm its own",
                               &ReportPoint::train_loss, format_number, format_tick});
}

}  // namespace apprentice::report
