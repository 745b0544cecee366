// SPDX-License-Identifier: Apache-2.0
// ReportData to report.json. What can be derived (ratios, sentences) is written for readers that only know JSON.
#include "apprentice/report/baselines.h"
#include "apprentice/report/json_parts.h"
#include "apprentice/report/layers.h"
#include "apprentice/report/mistakes.h"

namespace apprentice::report {
namespace {

using Json = nlohmann::ordered_json;

// Teacher's number divided by the model's: "183 times fewer".
Json ratios_json(const ReportModel& model, const ReportModel* teacher) {
  Json json = Json::object();
  const auto add = [&](const char* name, const std::optional<int64_t>& of_teacher, const std::optional<int64_t>& own) {
    if (of_teacher && own && *own > 0) json[name] = static_cast<double>(*of_teacher) / static_cast<double>(*own);
  };
  if (teacher == nullptr || &model == teacher) return json;
  add("parameters", teacher->parameters, model.parameters);
  add("macs", teacher->macs, model.macs);
  add("bytes", teacher->bytes, model.bytes);
  return json;
}

Json model_json(const ReportModel& model, const ReportModel* teacher) {
  Json json = {{"role", to_string(model.role)}, {"title", model.title}, {"detail", model.detail}};
  if (model.classification) json["classification"] = metrics::to_json(*model.classification);
  if (model.regression) json["regression"] = metrics::to_json(*model.regression);
  if (model.nasa_score) json["nasa_score"] = *model.nasa_score;
  if (!model.shown_answers.empty()) json["shown_answers"] = model.shown_answers;
  if (model.with_teacher) {
    json["with_teacher"] = {{"agreement", model.with_teacher->agreement}, {"kl", model.with_teacher->kl}};
  }
  if (model.parameters) json["parameters"] = *model.parameters;
  if (model.macs) json["macs"] = *model.macs;
  if (model.bytes) json["bytes"] = *model.bytes;
  if (model.on_device) json["on_device"] = package::to_json(*model.on_device);
  const Json ratios = ratios_json(model, teacher);
  if (!ratios.empty()) json["times_smaller_than_teacher"] = ratios;
  return json;
}

Json seed_json(const ReportSeed& seed) {
  Json scores = Json::object();
  for (const auto& [role, score] : seed.scores) scores[to_string(role)] = score;
  return {{"seed", seed.seed}, {"scores", scores}};
}

Json curve_json(const ReportCurve& curve) {
  Json points = Json::array();
  for (const ReportPoint& point : curve.points) {
    points.push_back(
        {{"step", point.step}, {"train_loss", point.train_loss}, {"validation_metric", point.validation_metric}});
  }
  return {{"role", to_string(curve.role)},
          {"best_step", curve.best_step},
          {"planned_steps", curve.planned_steps},
          {"end", curve.end},
          {"points", points}};
}

Json device_json(const ReportDevice& device) {
  return {{"name", device.name},
          {"summary", device.summary},
          {"core", device.core},
          {"compiler", device.compiler},
          {"emulator", device.emulator},
          {"clock_hz", device.clock_hz},
          {"flash_bytes", device.flash_bytes},
          {"ram_bytes", device.ram_bytes}};
}

Json relevance_json(const ReportRelevance& kept) {
  return {{"classes", kept.classes},
          {"classes_of", kept.classes_of},
          {"has_other", kept.has_other},
          {"channels", kept.channels},
          {"channels_of", kept.channels_of},
          {"every", kept.every},
          {"readings", kept.readings},
          {"steps_of", kept.steps_of},
          {"train", kept.train},
          {"train_of", kept.train_of},
          {"test", kept.test},
          {"test_of", kept.test_of}};
}

Json provenance_json(const ReportProvenance& provenance) {
  return {{"job_file", provenance.job_file},
          {"job_hash", provenance.job_hash},
          {"seeds", provenance.seeds},
          {"split", provenance.split},
          {"leak_warning", provenance.leak_warning},
          {"fingerprints", pairs_json(provenance.fingerprints)},
          {"versions", pairs_json(provenance.versions)},
          {"resolved_job", provenance.resolved_job}};
}

Json summary_json(const ReportSummary& summary) {
  constexpr const char* kVerdicts[] = {"gain", "unproven", "loss", "unknown"};
  return {{"distillation", kVerdicts[static_cast<size_t>(summary.distillation)]},
          {"headline", summary.headline},
          {"sentences", summary.sentences},
          {"warnings", summary.warnings}};
}

template <typename T, typename F>
Json list_json(const std::vector<T>& values, F&& one) {
  Json json = Json::array();
  for (const T& value : values) json.push_back(one(value));
  return json;
}

}  // namespace

const ReportModel* find_model(const ReportData& report, ModelRole role) {
  for (const ReportModel& model : report.models) {
    if (model.role == role) return &model;
  }
  return nullptr;
}

Json to_json(const ReportData& report) {
  const ReportModel* teacher = find_model(report, ModelRole::kTeacher);
  Json json = {{"format", "apprentice-report"},
               {"version", 1},
               {"job", report.job},
               {"task", to_string(report.task)},
               {"metric", metrics::to_string(report.metric)},
               {"summary", summary_json(summarize(report))},
               {"class_names", report.class_names},
               {"target_name", report.target_name},
               {"target_unit", report.target_unit},
               {"validation_metric_name", report.validation_metric_name},
               {"test_samples", report.test_samples},
               {"test_groups", report.test_groups}};
  if (!report.shown_targets.empty()) json["shown_targets"] = report.shown_targets;
  json["models"] = list_json(report.models, [&](const ReportModel& model) { return model_json(model, teacher); });
  json["baselines"] = list_json(report.baselines, baseline_json);
  json["gains"] = list_json(report.gains, gain_json);
  if (report.choice) json["choice"] = to_json(*report.choice);
  json["seeds"] = list_json(report.seeds, seed_json);
  json["curves"] = list_json(report.curves, curve_json);
  if (report.device) json["device"] = device_json(*report.device);
  if (!report.mistakes.worst.empty()) json["mistakes"] = mistakes_json(report.mistakes);
  if (!report.layers.empty()) json["layers"] = layers_json(report.layers);
  if (report.relevance) json["relevance"] = relevance_json(*report.relevance);
  json["provenance"] = provenance_json(report.provenance);
  if (!report.data_warnings.empty()) json["data_warnings"] = report.data_warnings;
  json["notes"] = report.notes;
  return json;
}

std::string report_json_text(const ReportData& report) {
  return to_json(report).dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace apprentice::report
