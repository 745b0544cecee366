// SPDX-License-Identifier: Apache-2.0
// report.json back to ReportData: a file from outside, so every value is checked where it is read.
#include <set>

#include "apprentice/report/baselines.h"
#include "apprentice/report/json_parts.h"
#include "apprentice/report/layers.h"
#include "apprentice/report/mistakes.h"

namespace apprentice::report {
namespace {

constexpr int64_t kLargestReport = int64_t{256} << 20;

std::optional<int64_t> read_optional_count(const JsonReader& json, const std::string& key) {
  return json.has(key) ? std::optional<int64_t>(json.count(key)) : std::nullopt;
}

// Per-class lists and the confusion matrix must have the size of class_names: the page indexes them by class.
void check_sizes(const metrics::ClassificationMetrics& metrics, size_t classes, const JsonReader& json) {
  bool square = metrics.confusion.size() == classes;
  for (const auto& row : metrics.confusion) square = square && row.size() == classes;
  if (!square) json.refuse("confusion is not {} x {}, the number of class_names", classes, classes);
  if (metrics.precision.size() != classes || metrics.recall.size() != classes || metrics.f1.size() != classes) {
    json.refuse("precision, recall and f1 need {} values each, one per class name", classes);
  }
}

metrics::ClassificationMetrics read_classification(const JsonReader& json, size_t classes) {
  metrics::ClassificationMetrics metrics;
  metrics.samples = json.count("samples");
  metrics.accuracy = json.number("accuracy");
  metrics.macro_f1 = json.number("macro_f1");
  metrics.balanced_accuracy = json.number("balanced_accuracy");
  metrics.pr_auc = json.number("pr_auc");
  metrics.cross_entropy = json.number("cross_entropy");
  metrics.ece = json.number("ece");
  for (const JsonReader& bin : json.objects("reliability")) {
    metrics.reliability.push_back({bin.count("count"), bin.number("confidence"), bin.number("accuracy")});
  }
  metrics.confusion = json.list<std::vector<int64_t>>("confusion", "a list of lists of whole numbers");
  for (const auto& row : metrics.confusion) {
    for (const int64_t cell : row) {
      if (cell < 0) json.refuse("confusion holds {}, but counts are at least 0", cell);
    }
  }
  metrics.precision = json.finites("precision");
  metrics.recall = json.finites("recall");
  metrics.f1 = json.finites("f1");
  check_sizes(metrics, classes, json);
  return metrics;
}

metrics::RegressionMetrics read_regression(const JsonReader& json) {
  return {json.count("samples"), json.number("rmse"), json.number("mae"), json.number("r2")};
}

ReportModel read_model(const JsonReader& json, const ReportData& report) {
  ReportModel model;
  model.role = read_role(json, "role");
  model.title = json.text("title");
  model.detail = json.text("detail");
  if (json.has("classification")) {
    model.classification = read_classification(json.object("classification"), report.class_names.size());
  }
  if (json.has("regression")) model.regression = read_regression(json.object("regression"));
  if (json.has("nasa_score")) model.nasa_score = json.number("nasa_score");
  if (json.has("shown_answers")) {
    model.shown_answers = json.finites("shown_answers");
    if (model.shown_answers.size() != report.shown_targets.size()) {
      json.refuse("shown_answers has {} values, shown_targets {}", model.shown_answers.size(),
                  report.shown_targets.size());
    }
  }
  if (json.has("with_teacher")) {
    const JsonReader with_teacher = json.object("with_teacher");
    model.with_teacher = metrics::Agreement{with_teacher.number("agreement"), with_teacher.number("kl")};
  }
  model.parameters = read_optional_count(json, "parameters");
  model.macs = read_optional_count(json, "macs");
  model.bytes = read_optional_count(json, "bytes");
  if (json.has("on_device")) model.on_device = package::read_device_figures(json.object("on_device"));
  return model;
}

void read_models(const JsonReader& json, ReportData* report) {
  std::set<ModelRole> seen;
  for (const JsonReader& model : json.objects("models")) {
    report->models.push_back(read_model(model, *report));
    if (!seen.insert(report->models.back().role).second) {
      model.refuse("role '{}' stands twice; each model has one role", to_string(report->models.back().role));
    }
  }
}

ReportSeed read_seed(const JsonReader& json) {
  ReportSeed seed;
  seed.seed = json.seed("seed");
  const JsonReader scores = json.object("scores");
  for (const ModelRole role : kModelRoles) {
    if (scores.has(to_string(role))) seed.scores.emplace_back(role, scores.number(to_string(role)));
  }
  return seed;
}

ReportCurve read_curve(const JsonReader& json) {
  ReportCurve curve;
  curve.role = read_role(json, "role");
  curve.best_step = json.count("best_step");
  curve.planned_steps = json.count("planned_steps");
  curve.end = json.text("end");
  for (const JsonReader& point : json.objects("points")) {
    curve.points.push_back({point.count("step"), point.number("train_loss"), point.number("validation_metric")});
  }
  return curve;
}

ReportDevice read_device(const JsonReader& json) {
  return {json.text("name"),     json.text("summary"),    json.text("core"),         json.text("compiler"),
          json.text("emulator"), json.number("clock_hz"), json.count("flash_bytes"), json.count("ram_bytes")};
}

ReportRelevance read_relevance(const JsonReader& json) {
  ReportRelevance kept;
  kept.classes = json.texts("classes");
  kept.classes_of = json.count("classes_of");
  kept.has_other = json.flag("has_other");
  kept.channels = json.texts("channels");
  kept.channels_of = json.count("channels_of");
  kept.every = json.count("every");
  kept.readings = json.count("readings");
  kept.steps_of = json.count("steps_of");
  kept.train = json.count("train");
  kept.train_of = json.count("train_of");
  kept.test = json.count("test");
  kept.test_of = json.count("test_of");
  return kept;
}

ReportProvenance read_provenance(const JsonReader& json) {
  ReportProvenance provenance;
  provenance.job_file = json.text("job_file");
  provenance.job_hash = json.text("job_hash");
  provenance.seeds = json.list<uint64_t>("seeds", "a list of whole numbers");
  provenance.split = json.text("split");
  provenance.leak_warning = json.text("leak_warning");
  provenance.fingerprints = read_pairs(json, "fingerprints");
  provenance.versions = read_pairs(json, "versions");
  provenance.resolved_job = json.raw("resolved_job");
  return provenance;
}

ReportData read_all(const JsonReader& json) {
  ReportData report;
  check_format(json, "apprentice-report");
  report.job = json.text("job");
  report.task = json.choice<TaskKind>("task", kTaskNames);
  report.metric = read_metric(json);
  if (metrics::is_share(report.metric) != (report.task == TaskKind::kClassification)) {
    json.refuse("metric '{}' is not for {}", metrics::to_string(report.metric), to_string(report.task));
  }
  report.class_names = json.texts("class_names");
  report.target_name = json.text("target_name");
  report.target_unit = json.text("target_unit");
  report.validation_metric_name = json.text("validation_metric_name");
  report.test_samples = json.count("test_samples");
  report.test_groups = json.count("test_groups");
  if (json.has("shown_targets")) report.shown_targets = json.finites("shown_targets");
  read_models(json, &report);
  if (json.has("baselines")) {  // reports of 0.1.0 have none
    for (const JsonReader& one : json.objects("baselines")) report.baselines.push_back(read_baseline(one));
  }
  for (const JsonReader& gain : json.objects("gains")) report.gains.push_back(read_gain(gain));
  if (json.has("choice")) report.choice = read_choice(json.object("choice"));
  for (const JsonReader& seed : json.objects("seeds")) report.seeds.push_back(read_seed(seed));
  for (const JsonReader& curve : json.objects("curves")) report.curves.push_back(read_curve(curve));
  if (json.has("device")) report.device = read_device(json.object("device"));
  if (json.has("mistakes")) report.mistakes = read_mistakes(json.object("mistakes"), report.class_names.size());
  if (json.has("layers")) report.layers = read_layers(json, "layers");
  if (json.has("relevance")) report.relevance = read_relevance(json.object("relevance"));
  report.provenance = read_provenance(json.object("provenance"));
  if (json.has("data_warnings")) report.data_warnings = json.texts("data_warnings");
  report.notes = json.texts("notes");
  return report;
}

}  // namespace

Result<ReportData> report_from_json(const nlohmann::ordered_json& json, const std::string& file) {
  const JsonReader reader(json, file);
  ReportData report = read_all(reader);
  APPRENTICE_CHECK(reader.status());
  return report;
}

Result<ReportData> read_report(const std::string& path) {
  APPRENTICE_TRY(const nlohmann::ordered_json json,
                 read_json(path, kLargestReport, "expected the report.json of a run"));
  return report_from_json(json, path);
}

}  // namespace apprentice::report
