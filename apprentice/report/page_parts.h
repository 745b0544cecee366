// SPDX-License-Identifier: Apache-2.0
// The parts of a page that are not charts. Internal to report/.
#pragma once

#include <string>

#include "apprentice/report/report.h"

namespace apprentice::report {

// Warnings, headline, verdict, further sentences and notes; `kind` says what is reported on.
std::string summary_html(const char* kind, const std::string& title, const ReportSummary& summary,
                         const std::vector<std::string>& notes);

std::string opening_html(const ReportData& report);  // warnings, headline, verdict, key figures
std::string compare_table_html(const ReportData& report);
std::string relevance_html(const ReportData& report);
std::string estimates_html(const ReportData& report);
std::string provenance_html(const ReportData& report);

}  // namespace apprentice::report
