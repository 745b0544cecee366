// SPDX-License-Identifier: Apache-2.0
// Reliability diagrams: stated confidence against accuracy, one small drawing per model.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "apprentice/report/charts.h"
#include "apprentice/report/format.h"
#include "apprentice/report/side_by_side_rows.h"
#include "apprentice/report/svg.h"

namespace apprentice::report {
namespace {

void draw_bins(Svg* svg, const ReportModel& model, const Scale& x, const Scale& y) {
  int64_t most = 1;
  std::vector<double> xs, ys;
  for (const metrics::ReliabilityBin& bin : model.classification->reliability) {
    most = std::max(most, bin.count);
    if (bin.count == 0) continue;
    xs.push_back(x(bin.confidence));
    ys.push_back(y(bin.accuracy));
  }
  svg->polyline(xs, ys, role_class(model.role) + " curve thin");
  for (const metrics::ReliabilityBin& bin : model.classification->reliability) {
    if (bin.count == 0 || !std::isfinite(bin.confidence)) continue;
    // Area by count, so the eye weighs a bin as ECE does.
    const double radius = 1.5 + 6.5 * std::sqrt(static_cast<double>(bin.count) / static_cast<double>(most));
    svg->circle(x(bin.confidence), y(bin.accuracy), radius, role_class(model.role) + " bin",
                fmt::format("{} samples: confidence {}, accuracy {}", format_whole(bin.count),
                            format_percent(bin.confidence), format_percent(bin.accuracy)));
  }
}

std::string reliability_figure(const ReportModel& model) {
  Figure figure;
  figure.title = role_title(model.role);
  Svg svg(fmt::format("reliability-{}", to_string(model.role)), 250, 250, "Reliability of " + figure.title,
          "Accuracy over stated confidence; on the diagonal the two are equal, below it the model is too sure.");
  const Scale x{0, 1, 44, 226}, y{0, 1, 206, 26};
  const std::vector<double> ticks = {0.0, 0.5, 1.0};
  svg.x_axis(x, y, ticks, format_percent_tick, "confidence");
  svg.y_axis(x, y, ticks, format_percent_tick, "accuracy");
  svg.line(x(0), y(0), x(1), y(1), "diagonal");
  draw_bins(&svg, model, x, y);
  svg.text(x.end - 6, y.start - 10, "ECE " + format_percent(model.classification->ece), "label strong", Anchor::kEnd);
  figure.svg = svg.finish();
  figure.columns = {"Samples", "Confidence", "Accuracy"};
  for (const metrics::ReliabilityBin& bin : model.classification->reliability) {
    if (bin.count == 0) continue;
    figure.rows.push_back({format_whole(bin.count), format_percent(bin.confidence), format_percent(bin.accuracy)});
  }
  return figure_html(figure);
}

}  // namespace

std::string reliability_charts(const ReportData& report) {
  std::string out;
  for (const ReportModel* model : ordered_models(report)) {
    if (model->classification && !model->classification->reliability.empty()) out += reliability_figure(*model);
  }
  return out.empty() ? "" : "<div class=\"grid small\">" + out + "</div>\n";
}

}  // namespace apprentice::report
