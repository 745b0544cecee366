// SPDX-License-Identifier: Apache-2.0
// The hall's table: a row per device; page and terminal print the same figures. Internal to report/.
#pragma once

#include <string>
#include <vector>

#include "apprentice/report/hall.h"
#include "apprentice/report/side_by_side_rows.h"

namespace apprentice::report {

enum class Shown { kEverywhere, kPageOnly };

struct HallColumn {
  std::string title;
  std::string how;      // "measured", "counted", "estimate" or empty, as in ReportRow
  std::string explain;  // one sentence
  Shown shown = Shown::kEverywhere;
  ReportCell (*cell)(const ReportData& report);
};
// In the order of the page.
const std::vector<HallColumn>& hall_columns();

// Of a model, by the metric of its device; nothing where it was not scored.
std::optional<double> quality_of(const ReportData& report, ModelRole role);
std::string quality_text(const ReportData& report, double quality);
// "+1.2": in points, or in the unit of the error.
std::string gain_text(const ReportData& report, double gain);
// Teacher's MACs divided by the student's.
std::optional<double> macs_ratio(const ReportData& report);

// The charts of the page; empty where there is nothing to draw.
std::string hall_quality_chart(const HallReport& hall);
std::string hall_gain_chart(const HallReport& hall);
std::string hall_work_chart(const HallReport& hall);
std::string hall_memory_chart(const HallReport& hall);

}  // namespace apprentice::report
