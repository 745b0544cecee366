// SPDX-License-Identifier: Apache-2.0
#include "apprentice/train/report_json.h"

#include <algorithm>

namespace apprentice::train {
namespace {

using Json = nlohmann::ordered_json;
constexpr int64_t kMostCounted = int64_t{1} << 53;

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

TrainPoint read_point(const JsonReader& json) {
  TrainPoint point;
  point.step = json.integer("step", 0, kMostCounted);
  point.samples = json.integer("samples", 0, kMostCounted);
  point.learning_rate = json.finite("learning_rate");
  point.train_loss = json.finite("train_loss");
  const JsonReader parts = json.object("parts");
  for (const auto& item : json.raw("parts").items()) point.parts.emplace_back(item.key(), parts.finite(item.key()));
  point.validation_loss = json.finite("validation_loss");
  point.validation_metric = json.finite("validation_metric");
  point.samples_per_second = json.finite("samples_per_second");
  json.refuse_unknown();
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

TrainReport train_report_from_json(const JsonReader& json) {
  TrainReport report;
  report.best_step = json.integer("best_step", 0, kMostCounted);
  report.best_metric = json.finite("best_metric");
  report.planned_steps = json.integer("planned_steps", 1, kMostCounted);
  report.steps_per_epoch = json.integer("steps_per_epoch", 1, kMostCounted);
  report.end = json.choice<TrainEnd>("end", kEnds);
  for (const JsonReader& point : json.objects("points")) report.points.push_back(read_point(point));
  const auto kept = [&](const TrainPoint& point) { return point.step == report.best_step; };
  json.expect(std::any_of(report.points.begin(), report.points.end(), kept), "best_step", "the step of a point");
  json.refuse_unknown();
  return report;
}

}  // namespace apprentice::train
