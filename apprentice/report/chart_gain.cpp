// SPDX-License-Identifier: Apache-2.0
// Gain over labels only with its interval, and the scores of single training seeds.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "apprentice/report/charts.h"
#include "apprentice/report/format.h"
#include "apprentice/report/metric_text.h"
#include "apprentice/report/svg.h"

namespace apprentice::report {
namespace {

std::string gain_of(const ReportData& report, double value) { return gain_text(report.metric)(value); }

std::string unit_text(const ReportData& report) {
  if (metrics::is_share(report.metric)) return gain_unit(report.metric, "").substr(1);
  return fmt::format("{}less {}", report.target_unit.empty() ? "" : report.target_unit + " ",
                     metrics::metric_title(report.metric));
}

void draw_gain(Svg* svg, const ReportData& report, const ReportGain& gain, const Scale& x, double y) {
  const metrics::Interval& interval = gain.interval;
  const std::string values = fmt::format("{} ({} to {})", gain_of(report, interval.mean), gain_of(report, interval.low),
                                         gain_of(report, interval.high));
  draw_interval(svg,
                {gain.student, interval,
                 fmt::format("{} against {}", role_title(gain.student), role_title(gain.control)), values},
                x, y);
}

std::vector<ReportGain> finite_gains(const ReportData& report) {
  std::vector<ReportGain> gains;
  for (const ReportGain& gain : report.gains) {
    const metrics::Interval& interval = gain.interval;
    if (std::isfinite(interval.mean) && std::isfinite(interval.low) && std::isfinite(interval.high)) {
      gains.push_back(gain);
    }
  }
  return gains;
}

std::string method_remark(const ReportData& report, const ReportGain& gain) {
  std::string text = fmt::format("95 % interval by bootstrap, {} rounds. ", format_whole(gain.rounds));
  if (gain.method == "grouped") {
    text += fmt::format("Whole {} were drawn ({} in the test split), since samples of one {} are not independent.",
                        plural(2, gain.unit_name), format_whole(gain.units), gain.unit_name);
  } else {
    text += fmt::format("{} paired test samples were drawn.", format_whole(gain.units));
  }
  if (gain.seeds > 1) return text + fmt::format(" {} training seeds were drawn too.", gain.seeds);
  return text + " One training seed: the luck of training is not in the interval." +
         (report.seeds.size() > 1 ? " The seeds stand beside." : "");
}

}  // namespace

std::string gain_chart(const ReportData& report) {
  const std::vector<ReportGain> gains = finite_gains(report);
  if (gains.empty()) return "";
  std::vector<double> ends = {0.0};
  Figure figure;
  figure.title = "Gain over the same student trained on labels only";
  figure.columns = {"Student", "Control", "Gain", "Low", "High", "Units", "Rounds"};
  for (const ReportGain& gain : gains) {
    const metrics::Interval& interval = gain.interval;
    ends.insert(ends.end(), {interval.low, interval.high, interval.mean});
    figure.rows.push_back({role_title(gain.student), role_title(gain.control), gain_of(report, interval.mean),
                           gain_of(report, interval.low), gain_of(report, interval.high),
                           fmt::format("{} {}", format_whole(gain.units), plural(gain.units, gain.unit_name)),
                           format_whole(gain.rounds)});
  }
  const Range range = range_around(ends, 0.08);
  const double height = 54.0 * static_cast<double>(gains.size()) + 60.0;
  Svg svg("gain", 440, height, figure.title, summarize(report).gain);
  const Scale x{range.low, range.high, 16, 424}, y{0, 1, height - 44, 14};
  svg.x_axis(
      x, y, round_ticks(range.low, range.high, 6),
      [&](double tick) { return format_tick(gain_tick(report.metric, tick)); },
      unit_text(report) + "; right of zero is better");
  svg.line(x(0.0), y.end, x(0.0), y.start, "zero");
  for (size_t i = 0; i < gains.size(); ++i) draw_gain(&svg, report, gains[i], x, 46.0 + 54.0 * static_cast<double>(i));
  figure.svg = svg.finish();
  figure.remark = method_remark(report, gains.front());
  return figure_html(figure);
}

std::string seeds_chart(const ReportData& report) {
  if (report.seeds.size() < 2) return "";
  std::vector<ModelRole> roles;
  std::vector<double> scores;
  const auto format = score_text(report.metric);
  Figure figure;
  figure.title = "Every training seed";
  figure.columns = {"Seed", "Model", metric_column(report.metric)};
  for (const ReportSeed& seed : report.seeds) {
    for (const auto& [role, score] : seed.scores) {
      if (std::find(roles.begin(), roles.end(), role) == roles.end()) roles.push_back(role);
      scores.push_back(score);
      figure.rows.push_back({std::to_string(seed.seed), role_title(role), format(score)});
    }
  }
  std::sort(roles.begin(), roles.end());
  const Range range = range_around(scores, 0.12);
  const double height = 34.0 * static_cast<double>(roles.size()) + 66.0;
  Svg svg("seeds", 440, height, figure.title, "One mark per training seed and model on the test split.");
  const Scale x{range.low, range.high, 106, 424}, y{0, 1, height - 44, 8};
  svg.x_axis(x, y, round_ticks(range.low, range.high, 5), tick_text(report.metric),
             figure.columns.back() + " on the test split");
  for (size_t r = 0; r < roles.size(); ++r) {
    const double row = 28.0 + 34.0 * static_cast<double>(r);
    svg.text(96, row + 4, role_title(roles[r]), "label", Anchor::kEnd);
    for (const ReportSeed& seed : report.seeds) {
      for (const auto& [role, score] : seed.scores) {
        if (role == roles[r]) svg.marker(role, x(score), row, fmt::format("seed {}: {}", seed.seed, format(score)));
      }
    }
  }
  figure.svg = svg.finish();
  return figure_html(figure);
}

}  // namespace apprentice::report
