// SPDX-License-Identifier: Apache-2.0
// The hall's charts: one line per device, so that devices are compared from top to bottom.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "apprentice/report/charts.h"
#include "apprentice/report/format.h"
#include "apprentice/report/hall_rows.h"
#include "apprentice/report/metric_text.h"
#include "apprentice/report/svg.h"

namespace apprentice::report {
namespace {

constexpr double kWidth = 440, kLeft = 106, kRight = 424, kTop = 28, kStep = 34;
constexpr size_t kNameCharacters = 14;

double line_of(size_t row) { return kTop + kStep * static_cast<double>(row); }
double height_of(size_t rows) { return kStep * static_cast<double>(rows) + 66.0; }
Scale vertical(size_t rows) { return {0, 1, height_of(rows) - 44.0, 8}; }

// The metric, where all devices are judged by the same.
std::string quality_title(const HallReport& hall) {
  const metrics::Metric first = hall.devices.front().report.metric;
  for (const HallDevice& device : hall.devices) {
    if (device.report.metric != first) return metrics::is_share(first) ? "Quality, each device by its metric" : "Error";
  }
  return metric_column(first);
}

void name_lines(Svg* svg, const HallReport& hall) {
  for (size_t i = 0; i < hall.devices.size(); ++i) {
    svg->text(kLeft - 10.0, line_of(i) + 4.0, shorten(hall.devices[i].id, kNameCharacters), "label", Anchor::kEnd);
  }
}

// Models of one device lie a little apart, so that equal ones do not hide each other.
double line_of(size_t row, ModelRole role) {
  if (role == ModelRole::kTeacher) return line_of(row) - 7.0;
  return role == ModelRole::kControlInt8 ? line_of(row) + 7.0 : line_of(row);
}

// A mark of one model of one device.
struct Mark {
  size_t row = 0;
  ModelRole role = ModelRole::kStudentInt8;
  double value = 0.0;
};

constexpr ModelRole kCompared[] = {ModelRole::kTeacher, ModelRole::kControlInt8, ModelRole::kStudentInt8};

std::vector<Mark> quality_marks(const HallReport& hall) {
  std::vector<Mark> marks;
  for (size_t i = 0; i < hall.devices.size(); ++i) {
    for (const ModelRole role : kCompared) {
      const std::optional<double> quality = quality_of(hall.devices[i].report, role);
      if (quality && std::isfinite(*quality)) marks.push_back({i, role, *quality});
    }
  }
  return marks;
}

std::vector<Mark> work_marks(const HallReport& hall) {
  std::vector<Mark> marks;
  for (size_t i = 0; i < hall.devices.size(); ++i) {
    for (const ModelRole role : {ModelRole::kTeacher, ModelRole::kStudentInt8}) {
      const ReportModel* model = find_model(hall.devices[i].report, role);
      if (model != nullptr && model->macs && *model->macs > 0) {
        marks.push_back({i, role, static_cast<double>(*model->macs)});
      }
    }
  }
  return marks;
}

std::vector<ModelRole> roles_in(const std::vector<Mark>& marks) {
  std::vector<ModelRole> roles;
  for (const Mark& mark : marks) {
    if (std::find(roles.begin(), roles.end(), mark.role) == roles.end()) roles.push_back(mark.role);
  }
  std::sort(roles.begin(), roles.end());
  return roles;
}

void draw_marks(Svg* svg, Figure* figure, const HallReport& hall, const std::vector<Mark>& marks, const Scale& x,
                std::string (*text)(const ReportData&, double)) {
  for (const Mark& mark : marks) {
    const HallDevice& device = hall.devices[mark.row];
    const std::string value = text(device.report, mark.value);
    svg->marker(mark.role, x(mark.value), line_of(mark.row, mark.role),
                fmt::format("{}: {}", role_title(mark.role), value));
    figure->rows.push_back({device.id, role_title(mark.role), value});
  }
  figure->legend = roles_in(marks);
}

std::string macs_text(const ReportData&, double macs) { return format_count(static_cast<int64_t>(macs)); }

struct GainLine {
  size_t row = 0;
  metrics::Interval interval;
};

std::vector<GainLine> gain_lines(const HallReport& hall) {
  std::vector<GainLine> lines;
  for (size_t i = 0; i < hall.devices.size(); ++i) {
    const auto& gains = hall.devices[i].report.gains;
    if (gains.empty()) continue;
    const metrics::Interval& interval = gains.front().interval;
    if (std::isfinite(interval.low) && std::isfinite(interval.high)) lines.push_back({i, interval});
  }
  return lines;
}

// A bar that shows how much of a memory is taken.
void draw_share(Svg* svg, double y, const char* name, int64_t used, int64_t limit) {
  const Scale x{0.0, static_cast<double>(std::max<int64_t>({limit, used, 1})), kLeft + 40.0, kRight};
  svg->text(kLeft + 34.0, y + 9.0, name, "tick", Anchor::kEnd);
  svg->rect(x.start, y, x.end - x.start, 10, "track");
  svg->rect(x.start, y, x(static_cast<double>(used)) - x.start, 10, "c-student_int8 part0", 1.0,
            fmt::format("{} of {}", format_bytes(used), format_bytes(limit)));
}

}  // namespace

std::string hall_quality_chart(const HallReport& hall) {
  const std::vector<Mark> marks = quality_marks(hall);
  if (marks.empty()) return "";
  const metrics::Metric metric = hall.devices.front().report.metric;
  std::vector<double> values;
  for (const Mark& mark : marks) values.push_back(mark.value);
  Figure figure;
  figure.title = quality_title(hall) + " on each device's task";
  figure.columns = {"Device", "Model", quality_title(hall)};
  const Range range = range_around(values, 0.12);
  const size_t rows = hall.devices.size();
  Svg svg("hall-quality", kWidth, height_of(rows), figure.title,
          "For each device its teacher, its student and the control arm on the test split.");
  const Scale x{range.low, range.high, kLeft, kRight};
  svg.x_axis(x, vertical(rows), round_ticks(range.low, range.high, 5), tick_text(metric),
             figure.columns.back() + " on the test split");
  name_lines(&svg, hall);
  draw_marks(&svg, &figure, hall, marks, x, quality_text);
  figure.svg = svg.finish();
  return figure_html(figure);
}

std::string hall_gain_chart(const HallReport& hall) {
  const std::vector<GainLine> lines = gain_lines(hall);
  if (lines.empty()) return "";
  const metrics::Metric metric = hall.devices.front().report.metric;
  std::vector<double> ends = {0.0};
  Figure figure;
  figure.title = "Gain over the same student trained on labels only";
  figure.columns = {"Device", "Gain", "Low", "High"};
  for (const GainLine& line : lines) {
    const HallDevice& device = hall.devices[line.row];
    ends.insert(ends.end(), {line.interval.low, line.interval.high});
    figure.rows.push_back({device.id, gain_text(device.report, line.interval.mean),
                           gain_text(device.report, line.interval.low), gain_text(device.report, line.interval.high)});
  }
  const Range range = range_around(ends, 0.08);
  const size_t rows = hall.devices.size();
  Svg svg("hall-gain", kWidth, height_of(rows), figure.title, "95 % intervals; right of zero the teacher helped.");
  const Scale x{range.low, range.high, kLeft, kRight}, y = vertical(rows);
  svg.x_axis(
      x, y, round_ticks(range.low, range.high, 5), [&](double tick) { return format_tick(gain_tick(metric, tick)); },
      metrics::is_share(metric) ? "points; right of zero is better" : "less error; right of zero is better");
  svg.line(x(0.0), y.end, x(0.0), y.start, "zero");
  name_lines(&svg, hall);
  for (const GainLine& line : lines) {
    draw_whisker(&svg, ModelRole::kStudentInt8, line.interval, x, line_of(line.row),
                 gain_text(hall.devices[line.row].report, line.interval.mean));
  }
  figure.svg = svg.finish();
  figure.remark = "95 % intervals, int8 against int8; how they were drawn stands on each device's page.";
  return figure_html(figure);
}

std::string hall_work_chart(const HallReport& hall) {
  const std::vector<Mark> marks = work_marks(hall);
  if (marks.size() < 2) return "";
  double least = INFINITY, most = 0.0;
  for (const Mark& mark : marks) {
    least = std::min(least, mark.value);
    most = std::max(most, mark.value);
  }
  const double low = std::pow(10.0, std::floor(std::log10(least)));
  const double high = std::pow(10.0, std::floor(std::log10(most)) + 1.0);
  Figure figure;
  figure.title = "Work of one answer";
  figure.columns = {"Device", "Model", "MACs"};
  const size_t rows = hall.devices.size();
  Svg svg("hall-work", kWidth, height_of(rows), figure.title, "Multiply-accumulates of teacher and student.");
  const Scale x{low, high, kLeft, kRight, true};
  svg.x_axis(x, vertical(rows), decade_ticks(low, high), format_power, "MACs of one inference, log scale");
  name_lines(&svg, hall);
  draw_marks(&svg, &figure, hall, marks, x, macs_text);
  figure.svg = svg.finish();
  return figure_html(figure);
}

std::string hall_memory_chart(const HallReport& hall) {
  Figure figure;
  figure.title = "What the students take of their devices";
  figure.columns = {"Device", "Memory", "Used", "Limit"};
  const double height = 44.0 * static_cast<double>(hall.devices.size()) + 8.0;
  Svg svg("hall-memory", kWidth, height, figure.title, "Flash and RAM used, as a share of what each device has.");
  for (size_t i = 0; i < hall.devices.size(); ++i) {
    const HallDevice& device = hall.devices[i];
    const ReportModel* shipped = shipped_model(device.report);
    if (shipped == nullptr || !shipped->on_device || !device.report.device) continue;
    const double y = 8.0 + 44.0 * static_cast<double>(i);
    svg.text(kLeft - 10.0, y + 17.0, shorten(device.id, kNameCharacters), "label", Anchor::kEnd);
    const auto add = [&](double offset, const char* name, int64_t used, int64_t limit) {
      draw_share(&svg, y + offset, name, used, limit);
      figure.rows.push_back({device.id, name, format_bytes(used), limit > 0 ? format_bytes(limit) : "none"});
    };
    add(0.0, "Flash", shipped->on_device->flash_bytes, device.report.device->flash_bytes);
    add(16.0, "RAM", shipped->on_device->ram_bytes, device.report.device->ram_bytes);
  }
  if (figure.rows.empty()) return "";
  figure.svg = svg.finish();
  return figure_html(figure);
}

}  // namespace apprentice::report
