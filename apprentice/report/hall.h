// SPDX-License-Identifier: Apache-2.0
// The report of a hall: the finished reports of its devices on one page, one row each. Nothing here computes a metric.
// JSON: docs/formats/hall_json.md. All functions are pure; any thread may call.
#pragma once

#include <string>
#include <vector>

#include "apprentice/report/report.h"

namespace apprentice::report {

struct HallDevice {
  std::string id;
  std::string page;  // link to the device's own page, relative to the hall's
  ReportData report;
};

struct HallReport {
  std::string job;
  std::vector<std::string> notes;  // sentences shown as they are
  std::vector<HallDevice> devices;
};

// What the hall means in a few sentences; the first is the headline.
ReportSummary summarize(const HallReport& hall);

nlohmann::ordered_json to_json(const HallReport& hall);
// The bytes of hall.json.
std::string hall_json_text(const HallReport& hall);
// One page that works offline, as render_html().
std::string render_hall_html(const HallReport& hall);
// A table for the terminal, at most 100 columns; ends with a newline.
std::string render_hall_text(const HallReport& hall);

}  // namespace apprentice::report
