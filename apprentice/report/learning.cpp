// SPDX-License-Identifier: Apache-2.0
// What a learning curve says about the length of its training.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "apprentice/report/report.h"

namespace apprentice::report {
namespace {

struct Spread {
  double mean = 0.0, variance = 0.0;
};

// Of `count` points from `first`.
Spread spread_of(const std::vector<ReportPoint>& points, size_t first, size_t count) {
  Spread spread;
  const auto n = static_cast<double>(count);
  for (size_t i = first; i < first + count; ++i) spread.mean += points[i].validation_metric / n;
  for (size_t i = first; i < first + count; ++i) {
    spread.variance += std::pow(points[i].validation_metric - spread.mean, 2) / (n - 1.0);
  }
  return spread;
}

constexpr size_t kFewestPoints = 10;
constexpr double kLeastRise = 0.005;  // a share of 1, or of the error in regression

// The last fifth of the curve holds the best point and lies above the fifth before it by more than two standard errors
// of the difference, and by enough to matter.
bool rises_at_end(const ReportCurve& curve, TaskKind task) {
  const size_t part = curve.points.size() / 5;
  if (curve.points.size() < kFewestPoints) return false;
  const size_t last = curve.points.size() - part;
  if (curve.best_step < curve.points[last].step) return false;
  const Spread before = spread_of(curve.points, last - part, part), after = spread_of(curve.points, last, part);
  const double rise = after.mean - before.mean;
  const double least = kLeastRise * (task == TaskKind::kRegression ? std::abs(before.mean) : 1.0);
  return rise > least && rise > 2.0 * std::sqrt((before.variance + after.variance) / static_cast<double>(part));
}

}  // namespace

std::string learning_advice(const ReportCurve& curve, TaskKind task) {
  if (curve.points.empty()) return "";
  const std::string who = curve.role == ModelRole::kControl   ? "control arm"
                          : curve.role == ModelRole::kTeacher ? "taught teacher"
                                                              : "student";
  const int64_t taken = curve.points.back().step;
  if (curve.end == "out of patience") {
    return fmt::format(
        "The {} stopped at step {} of {}, out of patience, before its learning rate had fallen: try steps = {} without "
        "patience.",
        who, taken, curve.planned_steps, taken);
  }
  if (curve.end == "out of time") {
    return fmt::format(
        "The {} was cut short at step {} of {}, out of time: raise max_seconds, or try steps = {}, so that the "
        "learning rate falls to zero.",
        who, taken, curve.planned_steps, taken);
  }
  if (!rises_at_end(curve, task)) return "";
  return fmt::format("The {} was still rising at the last step: try steps = {}.", who, 2 * curve.planned_steps);
}

}  // namespace apprentice::report
