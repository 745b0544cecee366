// SPDX-License-Identifier: Apache-2.0
#include "apprentice/train/report_json.h"

#include <algorithm>
#include <iterator>

#include "apprentice/base/json_reader.h"

namespace apprentice {
namespace {

using Json = nlohmann::ordered_json;
constexpr int64_t kMany = int64_t{1} << 53;

constexpr const char* kEnds[] = {"complete", "out of patience", "out of time"};  // by TrainEnd

Json to_json(const TrainPoint& point) {
  Json parts = Json::object();
  for (const auto& [name, value] : point.parts) parts[name] = value;
  return {{"step", point.step},
          {"samples", point.samples},
          {"learning_rate", point.learning_rate},
          {"train_loss", point.train_loss},
          {"parts", parts},
          {"validation_loss", point.validation_loss},
          {"validation_metric", point.validation_metric},
          {"samples_per_second", point.samples_per_second}};
}

Result<TrainPoint> point_from_json(const Json& json, const std::string& place) {
  TrainPoint point;
  JsonReader reader(json, place);
  reader.read("step", point.step, 0, kMany);
  reader.read("samples", point.samples, 0, kMany);
  reader.read("learning_rate", point.learning_rate);
  reader.read("train_loss", point.train_loss);
  for (const auto& [name, value] : reader.object("parts").items()) {
    if (!value.is_number())
      reader.reject("parts", "must hold numbers");
    else
      point.parts.emplace_back(name, value.get<double>());
  }
  reader.read("validation_loss", point.validation_loss);
  reader.read("validation_metric", point.validation_metric);
  reader.read("samples_per_second", point.samples_per_second);
  APPRENTICE_CHECK(reader.finish());
  return point;
}

}  // namespace

const char* to_string(TrainEnd end) { return kEnds[static_cast<size_t>(end)]; }

const TrainPoint& best_point(const TrainReport& report) {
  const auto best = std::find_if(report.points.begin(), report.points.end(),
                                 [&](const TrainPoint& point) { return point.step == report.best_step; });
  promise(best != report.points.end(), "the best step is one of the points");
  return *best;
}

Json to_json(const TrainReport& report) {
  Json points = Json::array();
  for (const TrainPoint& point : report.points) points.push_back(to_json(point));
  return {{"best_step", report.best_step},         {"best_metric", report.best_metric},
          {"planned_steps", report.planned_steps}, {"steps_per_epoch", report.steps_per_epoch},
          {"end", to_string(report.end)},          {"points", points}};
}

Result<TrainReport> train_report_from_json(const Json& json, const std::string& place) {
  TrainReport report;
  JsonReader reader(json, place);
  std::string end;
  reader.read("best_step", report.best_step, 0, kMany);
  reader.read("best_metric", report.best_metric);
  reader.read("planned_steps", report.planned_steps, 1, kMany);
  reader.read("steps_per_epoch", report.steps_per_epoch, 1, kMany);
  reader.read("end", end);
  const auto named = std::find(std::begin(kEnds), std::end(kEnds), end);
  if (named == std::end(kEnds))
    reader.reject("end", fmt::format("must be one of {}", fmt::join(kEnds, ", ")));
  else
    report.end = static_cast<TrainEnd>(named - std::begin(kEnds));
  for (const Json& item : reader.array("points")) {
    APPRENTICE_TRY(TrainPoint point, point_from_json(item, place));
    report.points.push_back(std::move(point));
  }
  const auto kept = [&](const TrainPoint& point) { return point.step == report.best_step; };
  if (std::none_of(report.points.begin(), report.points.end(), kept)) {
    reader.reject("best_step", "must be the step of a point");
  }
  APPRENTICE_CHECK(reader.finish());
  return report;
}

}  // namespace apprentice
