// SPDX-License-Identifier: Apache-2.0
// The parts of the page that are not charts. Inside report/.
#pragma once

#include <string>

#include "apprentice/report/report.h"

namespace apprentice {

std::string opening_html(const ReportData& report);  // warnings, headline, verdict, key figures
std::string compare_table_html(const ReportData& report);
std::string estimates_html(const ReportData& report);
std::string provenance_html(const ReportData& report);

}  // namespace apprentice
