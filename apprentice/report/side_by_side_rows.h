// SPDX-License-Identifier: Apache-2.0
// The side-by-side table as rows and cells; page and terminal print the same figures. Internal to report/.
#pragma once

#include <string>
#include <vector>

#include "apprentice/report/report.h"

namespace apprentice::report {

struct ReportCell {
  std::string text;  // "93.1 %"; an en dash where nothing is known
  std::string note;  // small second line: "183× fewer", "95 % of 640 KiB", "3.1 to 5.2 ms"
};

struct ReportRow {
  std::string section;  // set on the first row of a section: "Quality on the test split"
  std::string title;
  std::string how;                // "measured", "counted", "estimate" or "computed"; empty where it goes without saying
  std::string explain;            // what the figure means, one sentence
  std::vector<ReportCell> cells;  // one per model
};

inline constexpr const char* kLatencyMeans =
    "Per inference: instructions times cycles per instruction at the device's clock.";
inline constexpr const char* kEnergyMeans = "Per inference: cycles times energy per cycle of the device.";
// An estimate with its band; "unknown" without one.
ReportCell latency_cell(const package::DeviceFigures& figures);
ReportCell energy_cell(const package::DeviceFigures& figures);

// Models in the order of their roles.
std::vector<const ReportModel*> ordered_models(const ReportData& report);
// Only rows in which at least one model has a figure.
std::vector<ReportRow> table_rows(const ReportData& report, const std::vector<const ReportModel*>& models);

}  // namespace apprentice::report
