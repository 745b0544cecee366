// SPDX-License-Identifier: Apache-2.0
// What each layer of the network that ships costs. Internal to report/.
#pragma once

#include <string>
#include <vector>

#include "apprentice/base/json_reader.h"
#include "apprentice/report/report.h"

namespace apprentice::report {

nlohmann::ordered_json layers_json(const std::vector<ReportLayer>& layers);
std::vector<ReportLayer> read_layers(const JsonReader& json, const std::string& key);
// A table with a row per layer and their sum; empty without layers.
std::string layers_html(const std::vector<ReportLayer>& layers);

}  // namespace apprentice::report
