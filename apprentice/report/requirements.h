// SPDX-License-Identifier: Apache-2.0
// A quality gate: what a report must hold, as "accuracy>=0.9,gain>=0". Names are those of report.json
// (docs/formats/report_json.md, "As a quality gate").
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "apprentice/base/error.h"

namespace apprentice::report {

enum class Comparison { kAtLeast, kAtMost, kMore, kLess };

struct Requirement {
  std::string name;
  Comparison comparison;
  double bound = 0.0;
  std::string text;  // as given: "accuracy>=0.9"
};

// Refuses what is no such list.
Result<std::vector<Requirement>> parse_requirements(const std::string& text);

// A sentence for each requirement that the report does not meet. Refuses names of figures that it does not have.
Result<std::vector<std::string>> unmet_requirements(const std::vector<Requirement>& requirements,
                                                    const nlohmann::ordered_json& report);

}  // namespace apprentice::report
