// SPDX-License-Identifier: Apache-2.0
#include "apprentice/report/json_parts.h"

namespace apprentice::report {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kRoleNames[] = {"teacher", "student", "control", "student_int8", "control_int8"};  // by ModelRole

}  // namespace

const char* to_string(ModelRole role) { return kRoleNames[static_cast<size_t>(role)]; }

ModelRole read_role(const JsonReader& json, const std::string& key) { return json.choice<ModelRole>(key, kRoleNames); }

void check_format(const JsonReader& json, const std::string& format) {
  if (json.text("format") != format) json.refuse("the key format is not '{}'", format);
  const int64_t version = json.count("version");
  if (version != 1) json.refuse("version {} of {}; this program reads version 1", version, format);
}

metrics::Metric read_metric(const JsonReader& json) {
  const std::string name = json.text("metric");
  const std::optional<metrics::Metric> metric = metrics::find_metric(name);
  if (!metric) json.refuse("unknown metric '{}'", name);
  return metric.value_or(metrics::Metric::kAccuracy);
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

ReportGain read_gain(const JsonReader& json) {
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

Pairs read_pairs(const JsonReader& json, const std::string& key) {
  Pairs pairs;
  for (const JsonReader& pair : json.objects(key)) pairs.emplace_back(pair.text("name"), pair.text("value"));
  return pairs;
}

}  // namespace apprentice::report
