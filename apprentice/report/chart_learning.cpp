// SPDX-License-Identifier: Apache-2.0
// Learning curves of the student and its control arm.
#include <fmt/format.h>

#include "apprentice/report/charts.h"
#include "apprentice/report/format.h"
#include "apprentice/report/svg.h"

namespace apprentice {
namespace {

// One drawing: a value per epoch, one line per curve.
struct Panel {
  std::string slug, title, y_title;
  double ReportEpoch::*value = nullptr;
  std::string (*format)(double) = format_number;
  std::string (*tick)(double) = format_tick;
};

const ReportEpoch* best_of(const ReportCurve& curve) {
  for (const ReportEpoch& epoch : curve.epochs) {
    if (epoch.epoch == curve.best_epoch) return &epoch;
  }
  return nullptr;
}

void draw_curve(Svg* svg, const ReportCurve& curve, const Panel& panel, const Scale& x, const Scale& y) {
  std::vector<double> xs, ys;
  for (const ReportEpoch& epoch : curve.epochs) {
    xs.push_back(x(static_cast<double>(epoch.epoch)));
    ys.push_back(y(epoch.*panel.value));
  }
  svg->polyline(xs, ys, role_class(curve.role) + " curve");
  const ReportEpoch* best = best_of(curve);
  if (best == nullptr) return;
  svg->marker(curve.role, x(static_cast<double>(best->epoch)), y(best->*panel.value),
              fmt::format("{}, epoch {}: {}", role_title(curve.role), best->epoch, panel.format(best->*panel.value)));
}

std::string panel_figure(const ReportData& report, const Panel& panel) {
  std::vector<double> values, epochs;
  Figure figure;
  figure.title = panel.title;
  figure.columns = {"Epoch", "Model", panel.y_title};
  for (const ReportCurve& curve : report.curves) {
    figure.legend.push_back(curve.role);
    for (const ReportEpoch& epoch : curve.epochs) {
      values.push_back(epoch.*panel.value);
      epochs.push_back(static_cast<double>(epoch.epoch));
      figure.rows.push_back({std::to_string(epoch.epoch), role_title(curve.role), panel.format(epoch.*panel.value)});
    }
  }
  const Range range = range_around(values, 0.05), time = range_around(epochs, 0.02);
  Svg svg(panel.slug, 440, 250, panel.title,
          "One line per model over the epochs; the mark is the epoch that was kept.");
  const Scale x{time.low, time.high, 56, 430}, y{range.low, range.high, 204, 26};
  svg.x_axis(x, y, round_ticks(time.low, time.high, 6), format_tick, "epoch");
  svg.y_axis(x, y, round_ticks(range.low, range.high, 5), panel.tick, panel.y_title);
  for (const ReportCurve& curve : report.curves) draw_curve(&svg, curve, panel, x, y);
  figure.svg = svg.finish();
  return figure_html(figure);
}

}  // namespace

std::string learning_charts(const ReportData& report) {
  bool any = false;
  for (const ReportCurve& curve : report.curves) any = any || !curve.epochs.empty();
  if (!any) return "";
  const std::string metric = report.validation_metric_name.empty() ? "metric" : report.validation_metric_name;
  const bool share = report.task == TaskKind::kClassification;
  return panel_figure(report, {"validation", "On the validation split", metric, &ReportEpoch::validation_metric,
                               share ? format_percent : format_number, share ? format_percent_tick : format_tick}) +
         panel_figure(report, {"loss", "On the training split", "training loss, each arm its own",
                               &ReportEpoch::train_loss, format_number, format_tick});
}

}  // namespace apprentice
