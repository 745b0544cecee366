// SPDX-License-Identifier: Apache-2.0
#include "apprentice/report/json_parts.h"

#include <optional>

namespace apprentice {
namespace {

using Json = nlohmann::ordered_json;

std::optional<ModelRole> role_of(const std::string& name) {
  for (const ModelRole role : kModelRoles) {
    if (name == to_string(role)) return role;
  }
  return std::nullopt;
}

}  // namespace

ModelRole read_role(const ReportReader& json, const std::string& key) {
  const std::string name = json.text(key);
  const std::optional<ModelRole> role = role_of(name);
  if (!role) {
    json.refuse("unknown {} '{}'; known: teacher, student, control, student_int8, control_int8", key, name);
  }
  return role.value_or(ModelRole::kStudent);
}

void check_format(const ReportReader& json, const std::string& format) {
  if (json.text("format") != format) json.refuse("the key format is not '{}'", format);
  const int64_t version = json.count("version");
  if (version != 1) json.refuse("version {} of {}; this program reads version 1", version, format);
}

const char* task_name(TaskKind task) { return task == TaskKind::kClassification ? "classification" : "regression"; }

TaskKind read_task(const ReportReader& json) {
  const std::string task = json.text("task");
  if (task != "classification" && task != "regression") {
    json.refuse("unknown task '{}'; known: classification, regression", task);
  }
  return task == "regression" ? TaskKind::kRegression : TaskKind::kClassification;
}

Metric read_metric(const ReportReader& json) {
  const std::string name = json.text("metric");
  const std::optional<Metric> metric = find_metric(name);
  if (!metric) json.refuse("unknown metric '{}'", name);
  return metric.value_or(Metric::kAccuracy);
}

Json gain_json(const ReportGain& gain) {
  return {{"student", to_string(gain.student)},
          {"control", to_string(gain.control)},
          {"mean", gain.interval.mean},
          {"low", gain.interval.low},
          {"high", gain.interval.high},
          {"method", gain.method},
          {"unit_name", gain.unit_name},
          {"units", gain.units},
          {"rounds", gain.rounds},
          {"seeds", gain.seeds}};
}

ReportGain read_gain(const ReportReader& json) {
  ReportGain gain;
  gain.student = read_role(json, "student");
  gain.control = read_role(json, "control");
  gain.interval = {json.number("mean"), json.number("low"), json.number("high")};
  gain.method = json.text("method");
  gain.unit_name = json.text("unit_name");
  gain.units = json.count("units");
  gain.rounds = json.count("rounds");
  gain.seeds = json.count("seeds");
  return gain;
}

Json pairs_json(const Pairs& pairs) {
  Json json = Json::array();
  for (const auto& [name, value] : pairs) json.push_back({{"name", name}, {"value", value}});
  return json;
}

Pairs read_pairs(const ReportReader& json, const std::string& key) {
  Pairs pairs;
  for (const ReportReader& pair : json.objects(key)) pairs.emplace_back(pair.text("name"), pair.text("value"));
  return pairs;
}

}  // namespace apprentice
