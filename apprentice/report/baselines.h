// SPDX-License-Identifier: Apache-2.0
// Simple baselines beside the models of a report: who is ahead, and the table of page and terminal.
// Internal to report/.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "apprentice/base/json_reader.h"
#include "apprentice/report/report.h"

namespace apprentice::report {

nlohmann::ordered_json baseline_json(const ReportBaseline& baseline);
ReportBaseline read_baseline(const JsonReader& json);

// Where a baseline is ahead of what ships, the sentence that names it, with the figures; the one furthest ahead.
std::optional<std::string> baseline_ahead(const ReportData& report);
// Where one is clearly ahead of the teacher: the sentence that says so.
std::optional<std::string> baseline_above_teacher(const ReportData& report);

// Teacher, what ships and every baseline, one row each; empty without baselines.
std::string baselines_html(const ReportData& report);
std::string baselines_text(const ReportData& report);

}  // namespace apprentice::report
