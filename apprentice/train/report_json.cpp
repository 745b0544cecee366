// SPDX-License-Identifier: Apache-2.0
#include "apprentice/train/report_json.h"

#include "apprentice/model/json_reader.h"

namespace apprentice {
namespace {

using Json = nlohmann::ordered_json;
constexpr int64_t kMany = int64_t{1} << 53;

Json to_json(const EpochReport& epoch) {
  Json parts = Json::object();
  for (const auto& [name, value] : epoch.parts) parts[name] = value;
  return {{"epoch", epoch.epoch},
          {"learning_rate", epoch.learning_rate},
          {"train_loss", epoch.train_loss},
          {"parts", parts},
          {"validation_loss", epoch.validation_loss},
          {"validation_metric", epoch.validation_metric},
          {"samples_per_second", epoch.samples_per_second}};
}

Result<EpochReport> epoch_from_json(const Json& json, const std::string& place) {
  EpochReport epoch;
  JsonReader reader(json, place);
  reader.read("epoch", epoch.epoch, 1, kMany);
  reader.read("learning_rate", epoch.learning_rate);
  reader.read("train_loss", epoch.train_loss);
  for (const auto& [name, value] : reader.object("parts").items()) {
    if (!value.is_number())
      reader.reject("parts", "must hold numbers");
    else
      epoch.parts.emplace_back(name, value.get<double>());
  }
  reader.read("validation_loss", epoch.validation_loss);
  reader.read("validation_metric", epoch.validation_metric);
  reader.read("samples_per_second", epoch.samples_per_second);
  APPRENTICE_CHECK(reader.finish());
  return epoch;
}

}  // namespace

Json to_json(const TrainReport& report) {
  Json epochs = Json::array();
  for (const EpochReport& epoch : report.epochs) epochs.push_back(to_json(epoch));
  return {{"best_epoch", report.best_epoch}, {"best_metric", report.best_metric}, {"epochs", epochs}};
}

Result<TrainReport> train_report_from_json(const Json& json, const std::string& place) {
  TrainReport report;
  JsonReader reader(json, place);
  reader.read("best_epoch", report.best_epoch, 0, kMany);
  reader.read("best_metric", report.best_metric);
  for (const Json& item : reader.array("epochs")) {
    APPRENTICE_TRY(EpochReport epoch, epoch_from_json(item, place));
    report.epochs.push_back(std::move(epoch));
  }
  APPRENTICE_CHECK(reader.finish());
  return report;
}

}  // namespace apprentice
