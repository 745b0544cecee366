// SPDX-License-Identifier: Apache-2.0
// What the JSON documents of this folder share. Internal to report/.
#pragma once

#include <array>
#include <string>
#include <utility>
#include <vector>

#include "apprentice/base/json_reader.h"
#include "apprentice/base/task_names.h"
#include "apprentice/report/report.h"

namespace apprentice::report {

inline constexpr std::array kModelRoles = {ModelRole::kTeacher, ModelRole::kStudent, ModelRole::kControl,
                                           ModelRole::kStudentInt8, ModelRole::kControlInt8};
ModelRole read_role(const JsonReader& json, const std::string& key);

// The keys format and version (1).
void check_format(const JsonReader& json, const std::string& format);
metrics::Metric read_metric(const JsonReader& json);  // the key metric

nlohmann::ordered_json gain_json(const ReportGain& gain);
ReportGain read_gain(const JsonReader& json);
ReportChoice read_choice(const JsonReader& json);

// Lists of pairs keep their order.
using Pairs = std::vector<std::pair<std::string, std::string>>;
nlohmann::ordered_json pairs_json(const Pairs& pairs);
Pairs read_pairs(const JsonReader& json, const std::string& key);

}  // namespace apprentice::report
