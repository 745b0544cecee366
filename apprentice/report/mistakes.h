// SPDX-License-Identifier: Apache-2.0
// The test samples that the network that ships is most wrong about. Internal to report/.
#pragma once

#include <string>

#include "apprentice/base/json_reader.h"
#include "apprentice/report/report.h"

namespace apprentice::report {

nlohmann::ordered_json mistakes_json(const ReportMistakes& mistakes);
// Classes are indices into `classes` names.
ReportMistakes read_mistakes(const JsonReader& json, size_t classes);
// A drawing of each sample's signal; empty without mistakes.
std::string mistakes_html(const ReportData& report);

}  // namespace apprentice::report
