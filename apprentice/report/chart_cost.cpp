// SPDX-License-Identifier: Apache-2.0
// Quality against work, and what the student takes of its device.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "apprentice/report/charts.h"
#include "apprentice/report/format.h"
#include "apprentice/report/metric_text.h"
#include "apprentice/report/side_by_side_rows.h"
#include "apprentice/report/svg.h"

namespace apprentice::report {
namespace {

struct Point {
  ModelRole role;
  double macs = 0.0, score = 0.0;
};

std::vector<Point> scored_points(const ReportData& report) {
  std::vector<Point> points;
  for (const ReportModel* model : ordered_models(report)) {
    if (!model->macs || *model->macs <= 0) continue;
    const auto macs = static_cast<double>(*model->macs);
    const std::optional<double> score = score_of(*model, report.metric);
    if (score && std::isfinite(*score)) points.push_back({model->role, macs, *score});
  }
  return points;
}

// Names beside the marks, from top to bottom, pushed apart where they would touch.
void draw_labels(Svg* svg, std::vector<Point> points, const Scale& x, const Scale& y) {
  std::sort(points.begin(), points.end(), [&](auto& a, auto& b) { return y(a.score) < y(b.score); });
  const double middle = (x.start + x.end) / 2.0;
  for (const bool left : {true, false}) {
    double last = -100.0;
    for (const Point& point : points) {
      if ((x(point.macs) < middle) != left) continue;
      last = std::max(y(point.score) + 4.0, last + 15.0);
      svg->text(x(point.macs) + (left ? 11.0 : -11.0), last, role_title(point.role), "label",
                left ? Anchor::kStart : Anchor::kEnd);
    }
  }
}

void draw_bar(Svg* svg, double y, const std::string& name, const std::vector<std::pair<std::string, int64_t>>& parts,
              int64_t limit) {
  int64_t used = 0;
  for (const auto& part : parts) used += part.second;
  const auto whole = static_cast<double>(std::max<int64_t>({limit, used, 1}));
  const Scale x{0.0, whole, 0, 440};
  svg->text(0, y, name, "label strong");
  const std::string text =
      limit > 0 ? fmt::format("{} of {}", format_bytes(used), format_bytes(limit)) : format_bytes(used) + ", no limit";
  svg->text(440, y, text, "label", Anchor::kEnd);
  svg->rect(0, y + 8, 440, 14, "track");
  double start = 0.0;
  for (size_t i = 0; i < parts.size(); ++i) {
    const double end = start + static_cast<double>(parts[i].second);
    svg->rect(x(start), y + 8, x(end) - x(start), 14, fmt::format("c-student_int8 part{}", i), 1.0,
              fmt::format("{}: {}", parts[i].first, format_bytes(parts[i].second)));
    start = end;
  }
  if (limit > 0 && used > limit)
    svg->line(x(static_cast<double>(limit)), y + 4, x(static_cast<double>(limit)), y + 26, "limit");
}

}  // namespace

std::string cost_chart(const ReportData& report) {
  const std::vector<Point> points = scored_points(report);
  if (points.size() < 2) return "";
  const auto format = score_text(report.metric);
  std::vector<double> macs, scores;
  Figure figure;
  figure.title = metric_column(report.metric) + " against work";
  figure.columns = {"Model", "MACs", metric_column(report.metric)};
  for (const Point& point : points) {
    macs.push_back(point.macs);
    scores.push_back(point.score);
    figure.rows.push_back(
        {role_title(point.role), format_whole(static_cast<int64_t>(point.macs)), format(point.score)});
  }
  const auto [least, most] = std::minmax_element(macs.begin(), macs.end());
  const Range range = range_around(scores, 0.18);
  const double low = std::pow(10.0, std::floor(std::log10(*least))),
               high = std::pow(10.0, std::floor(std::log10(*most)) + 1.0);
  Svg svg("cost", 440, 270, figure.title,
          "Models by multiply-accumulates of one inference and score on the test split.");
  const Scale x{low, high, 56, 418, true}, y{range.low, range.high, 222, 28};
  svg.x_axis(x, y, decade_ticks(low, high), format_power, "MACs of one inference, log scale");
  svg.y_axis(x, y, round_ticks(range.low, range.high, 5), tick_text(report.metric), score_axis(report.metric));
  draw_labels(&svg, points, x, y);
  for (const Point& point : points) {
    svg.marker(point.role, x(point.macs), y(point.score),
               fmt::format("{}: {}", role_title(point.role), format(point.score)));
  }
  figure.svg = svg.finish();
  return figure_html(figure);
}

std::string budget_chart(const ReportData& report) {
  const ReportModel* student = find_model(report, shipped_role(report));
  if (student == nullptr || !student->on_device || !report.device) return "";
  const package::DeviceFigures& used = *student->on_device;
  const int64_t rest = std::max<int64_t>(0, used.ram_bytes - used.arena_bytes - used.stack_bytes);
  Figure figure;
  figure.title = "What the int8 network takes of " + report.device->name;
  Svg svg("budget", 440, 110, figure.title,
          fmt::format("Flash {}, RAM {}.", format_bytes(used.flash_bytes), format_bytes(used.ram_bytes)));
  draw_bar(&svg, 16, "Flash", {{"code and constants", used.flash_bytes}}, report.device->flash_bytes);
  draw_bar(&svg, 70, "RAM", {{"arena", used.arena_bytes}, {"stack", used.stack_bytes}, {"rest of the context", rest}},
           report.device->ram_bytes);
  figure.svg = svg.finish();
  figure.remark = "RAM, from strong to faint: arena, stack, rest of the context.";
  figure.columns = {"Memory", "Used", "Limit"};
  const auto limit = [](int64_t bytes) { return bytes > 0 ? format_bytes(bytes) : std::string("none"); };
  figure.rows = {{"Flash", format_bytes(used.flash_bytes), limit(report.device->flash_bytes)},
                 {"RAM", format_bytes(used.ram_bytes), limit(report.device->ram_bytes)},
                 {"of it arena", format_bytes(used.arena_bytes), ""},
                 {"of it stack", format_bytes(used.stack_bytes), ""}};
  return figure_html(figure);
}

}  // namespace apprentice::report
