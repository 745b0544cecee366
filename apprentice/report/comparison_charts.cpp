// SPDX-License-Identifier: Apache-2.0
#include "apprentice/report/comparison_charts.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "apprentice/report/charts.h"
#include "apprentice/report/comparison_rows.h"
#include "apprentice/report/format.h"
#include "apprentice/report/metric_text.h"
#include "apprentice/report/svg.h"

namespace apprentice::report {
namespace {

constexpr size_t kNameCharacters = 34;

// The control arm is orange, methods are blue; int8 and the winner are filled.
ModelRole role_of(const ComparisonData& data, const ComparedMethod& method) {
  if (method.name == kControlName) return ModelRole::kControl;
  return method.name == data.winner ? ModelRole::kStudentInt8 : ModelRole::kStudent;
}

std::vector<IntervalMark> gain_marks(const ComparisonData& data) {
  std::vector<IntervalMark> marks;
  const auto add = [&](const ComparedMethod& method, const ComparedScore& score, const std::string& form) {
    if (!score.gain || !std::isfinite(score.gain->low) || !std::isfinite(score.gain->high)) return;
    const std::string name = shorten(method.name, kNameCharacters - form.size()) + form;
    marks.push_back({role_of(data, method), *score.gain, name, gain_figures(data.metric, *score.gain)});
  };
  for (const ComparedMethod& method : data.methods) {
    add(method, method.score, method.name == data.winner ? ", chosen" : "");
    if (method.int8) add(method, *method.int8, ", int8");
  }
  return marks;
}

}  // namespace

std::string gains_chart(const ComparisonData& data) {
  const std::vector<IntervalMark> marks = gain_marks(data);
  if (marks.empty()) return "";
  Figure figure;
  figure.title = "Gain over the control arm, test split";
  figure.columns = {"Method", "Gain", "Low", "High"};
  std::vector<double> ends = {0.0};
  for (const IntervalMark& mark : marks) {
    ends.insert(ends.end(), {mark.interval.low, mark.interval.high});
    figure.rows.push_back({mark.label, gain_figure(data.metric, mark.interval.mean),
                           gain_figure(data.metric, mark.interval.low), gain_figure(data.metric, mark.interval.high)});
  }
  const Range range = range_around(ends, 0.08);
  const double height = 46.0 * static_cast<double>(marks.size()) + 60.0;
  Svg svg("gains", 440, height, figure.title, "One interval per method, in the order of the validation split.");
  const Scale x{range.low, range.high, 16, 424}, y{0, 1, height - 44, 14};
  const std::string name = metrics::metric_title(data.metric);
  const std::string unit = metrics::is_share(data.metric) ? "points of " + name : "less " + name;
  svg.x_axis(
      x, y, round_ticks(range.low, range.high, 6),
      [&](double tick) { return format_tick(gain_tick(data.metric, tick)); }, unit + "; right of zero is better");
  svg.line(x(0.0), y.end, x(0.0), y.start, "zero");
  for (size_t i = 0; i < marks.size(); ++i) draw_interval(&svg, marks[i], x, 42.0 + 46.0 * static_cast<double>(i));
  figure.svg = svg.finish();
  if (data.winner != kControlName) {
    figure.remark = "Filled: the winner on the validation split. Only its interval is a claim.";
  }
  return figure_html(figure);
}

std::string validation_chart(const ComparisonData& data) {
  if (data.methods.empty()) return "";
  const auto format = score_text(data.metric);
  Figure figure;
  figure.title = "Every training, validation split";
  figure.columns = {"Method", "Seed", metric_column(data.metric), "Kept step", "Steps"};
  std::vector<double> values;
  for (const ComparedMethod& method : data.methods) {
    for (const ComparedSeed& seed : method.seeds) {
      values.push_back(seed.validation);
      figure.rows.push_back({method.name, std::to_string(seed.seed), format(seed.validation),
                             std::to_string(seed.best_step), std::to_string(seed.steps)});
    }
  }
  Range range = range_around(values, 0.08);
  if (metrics::is_share(data.metric)) range.high = std::min(range.high, 1.004);  // no axis beyond 100 %
  const double height = 46.0 * static_cast<double>(data.methods.size()) + 60.0;
  Svg svg("validation", 440, height, figure.title, "One mark per training, a line at the mean of each method.");
  const Scale x{range.low, range.high, 16, 424}, y{0, 1, height - 44, 14};
  svg.x_axis(x, y, round_ticks(range.low, range.high, 5), tick_text(data.metric),
             std::string(metrics::metric_title(data.metric)) +
                 (metrics::is_share(data.metric) ? ", right is better" : ", left is better"));
  for (size_t i = 0; i < data.methods.size(); ++i) {
    const ComparedMethod& method = data.methods[i];
    const double row = 42.0 + 46.0 * static_cast<double>(i), mean = validation_mean(method);
    const ModelRole role = role_of(data, method);
    svg.text(x.start, row - 14, shorten(method.name, kNameCharacters), "label");
    svg.text(x.end, row - 14, format(mean), "label strong", Anchor::kEnd);
    if (std::isfinite(mean)) svg.line(x(mean), row - 9, x(mean), row + 9, role_class(role) + " whisker");
    for (const ComparedSeed& seed : method.seeds) {
      svg.marker(role, x(seed.validation), row, fmt::format("seed {}: {}", seed.seed, format(seed.validation)));
    }
  }
  figure.svg = svg.finish();
  return figure_html(figure);
}

std::string seconds_chart(const ComparisonData& data) {
  double most = 0.0;
  for (const ComparedMethod& method : data.methods) most = std::max(most, seconds_mean(method));
  if (!(most > 0.0) || !std::isfinite(most)) return "";
  Figure figure;
  figure.title = "Seconds of one training";
  figure.columns = {"Method", "Seconds"};
  const Scale x{0.0, most, 0, 440};
  Svg svg("seconds", 440, 40.0 * static_cast<double>(data.methods.size()) + 6.0, figure.title,
          "Mean over the seeds of each method.");
  for (size_t i = 0; i < data.methods.size(); ++i) {
    const ComparedMethod& method = data.methods[i];
    const double row = 40.0 * static_cast<double>(i), seconds = seconds_mean(method);
    const std::string text = format_number(seconds) + "\xC2\xA0s";
    svg.text(0, row + 14, shorten(method.name, kNameCharacters), "label");
    svg.text(440, row + 14, text, "label strong", Anchor::kEnd);
    svg.rect(0, row + 20, x(seconds), 12, role_class(role_of(data, method)) + " part0", 1.0, text);
    figure.rows.push_back({method.name, format_number(seconds)});
  }
  figure.svg = svg.finish();
  figure.remark =
      "Steps of the training alone, one core each, side by side on one machine: a figure to compare, not to plan with. "
      "Patience ends some trainings sooner.";
  return figure_html(figure);
}

}  // namespace apprentice::report
