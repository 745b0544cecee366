// SPDX-License-Identifier: Apache-2.0
// HallReport to hall.json: the figures of its rows. The whole of a device's figures is in its own report.json.
#include "apprentice/report/hall.h"
#include "apprentice/report/hall_rows.h"

namespace apprentice::report {
namespace {

using Json = nlohmann::ordered_json;

// Taken from the device's own report, so that a key means the same in both files.
void copy_keys(const Json& from, std::initializer_list<const char*> keys, Json& to) {
  for (const char* key : keys) {
    if (from.contains(key)) to[key] = from.at(key);
  }
}

Json models_json(const Json& report) {
  Json models = Json::object();
  for (const Json& model : report.at("models")) {
    Json& row = models[model.at("role").get<std::string>()];
    row = Json::object();
    if (model.contains("classification")) {
      copy_keys(model.at("classification"), {"accuracy", "balanced_accuracy", "macro_f1", "pr_auc"}, row);
    }
    if (model.contains("regression")) copy_keys(model.at("regression"), {"rmse", "mae"}, row);
    copy_keys(model, {"parameters", "macs", "bytes", "on_device", "times_smaller_than_teacher"}, row);
  }
  return models;
}

Json device_json(const HallDevice& device) {
  const Json report = to_json(device.report);
  Json row = {{"id", device.id}, {"page", device.page}};
  copy_keys(report, {"task", "metric", "class_names", "test_samples", "device", "relevance", "choice"}, row);
  row["distillation"] = report.at("summary").at("distillation");
  row["models"] = models_json(report);
  if (!report.at("gains").empty()) row["gain"] = report.at("gains").front();
  return row;
}

}  // namespace

Json to_json(const HallReport& hall) {
  const ReportSummary summary = summarize(hall);
  Json json = {{"format", "apprentice-hall"},
               {"version", 1},
               {"job", hall.job},
               {"headline", summary.headline},
               {"sentences", summary.sentences},
               {"warnings", summary.warnings}};
  json["devices"] = Json::array();
  for (const HallDevice& device : hall.devices) json["devices"].push_back(device_json(device));
  json["notes"] = hall.notes;
  return json;
}

std::string hall_json_text(const HallReport& hall) {
  return to_json(hall).dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace apprentice::report
