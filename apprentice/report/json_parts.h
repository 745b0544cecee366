// SPDX-License-Identifier: Apache-2.0
// What the JSON documents of this folder share. Internal to report/.
#pragma once

#include <array>
#include <string>
#include <utility>
#include <vector>

#include "apprentice/report/report.h"
#include "apprentice/report/report_reader.h"

namespace apprentice {

inline constexpr std::array kModelRoles = {ModelRole::kTeacher, ModelRole::kStudent, ModelRole::kControl,
                                           ModelRole::kStudentInt8, ModelRole::kControlInt8};
ModelRole read_role(const ReportReader& json, const std::string& key);

// The keys format and version (1).
void check_format(const ReportReader& json, const std::string& format);
const char* task_name(TaskKind task);
TaskKind read_task(const ReportReader& json);
Metric read_metric(const ReportReader& json);  // the key metric

nlohmann::ordered_json gain_json(const ReportGain& gain);
ReportGain read_gain(const ReportReader& json);
ReportChoice read_choice(const ReportReader& json);

// Lists of pairs keep their order.
using Pairs = std::vector<std::pair<std::string, std::string>>;
nlohmann::ordered_json pairs_json(const Pairs& pairs);
Pairs read_pairs(const ReportReader& json, const std::string& key);

}  // namespace apprentice
