// SPDX-License-Identifier: Apache-2.0
// report: every model on the test split, side by side. The only step that looks at test labels.
#include "apprentice/report/report.h"

#include <algorithm>

#include "apprentice/base/files.h"
#include "apprentice/base/hash.h"
#include "apprentice/pipeline/baseline_scores.h"
#include "apprentice/pipeline/baselines.h"
#include "apprentice/pipeline/choice.h"
#include "apprentice/pipeline/steps/report_parts.h"
#include "apprentice/pipeline/steps/step.h"

namespace apprentice {
namespace {

constexpr const char* kJson = "report/report.json";
constexpr const char* kPage = "report/report.html";

// Of a long test split the page shows a part that it can draw: every so many values.
std::vector<double> shown_part(const float* values, size_t count) {
  constexpr size_t kMost = 400;
  const size_t shown = std::min(count, kMost);
  std::vector<double> part;
  for (size_t i = 0; i < shown; ++i) part.push_back(double{values[i * count / shown]});
  return part;
}

Result<ReportData> gather_report(Run& run) {
  const Inputs& inputs = run.inputs;
  ReportData report;
  report.job = inputs.job.report.title.empty() ? inputs.job.name : inputs.job.report.title;
  report.task = inputs.student.task;
  report.class_names = inputs.student.class_names;
  report.target_name = target_name(inputs.job);
  report.target_unit = target_unit(inputs.job);
  report.notes = inputs.job.report.notes;
  report.relevance = relevance(inputs);
  report.validation_metric_name = report.task == TaskKind::kRegression ? "negative RMSE" : "accuracy";
  const Truth test = read_truth(*inputs.splits.test);
  report.test_samples = inputs.splits.test->size();
  report.test_groups = test.distinct_groups;
  report.shown_targets = shown_part(test.targets.data(), test.targets.size());
  APPRENTICE_TRY(const std::vector<SeedAnswers> seeds, answer_test(run));
  for (const SeedAnswers& answers : seeds) {
    std::vector<ReportModel> models;
    ReportSeed seed{answers.seed, {}};
    for (const Answers& model : answers.models) {
      models.push_back(score(model, answers.models, test));
      if (!test.targets.empty()) {
        models.back().shown_answers = shown_part(model.outputs.data<float>(), test.targets.size());
      }
      if (predicts_remaining_life(inputs.job)) models.back().nasa_score = nasa_score(model.outputs, test.targets);
      seed.scores.emplace_back(model.role, headline_metric(models.back()));
    }
    if (report.seeds.empty()) report.models = std::move(models);
    report.seeds.push_back(std::move(seed));
  }
  if (inputs.job.control) {
    APPRENTICE_TRY(report.choice, read_choice(run));
  }
  APPRENTICE_TRY(const JobBaselines baselines, sealed_baselines(run));
  report.data_warnings = baselines.findings;
  for (const Answers& model : seeds.front().models) {
    if (model.role == shipped_role(report))
      report.baselines = score_on_test(baselines.fitted, model.outputs, *inputs.splits.test, inputs.job);
  }
  APPRENTICE_CHECK(add_device(run, report));
  report.gains = gains(seeds, test, inputs.job);
  APPRENTICE_TRY(report.curves, curves(run));
  APPRENTICE_TRY(report.provenance, provenance(run));
  return report;
}

Result<std::vector<std::string>> write_report(Run& run) {
  run.control.report({"report", 0, 0, ""});
  APPRENTICE_TRY(const ReportData report, gather_report(run));
  APPRENTICE_CHECK(make_folder(run.directory.file("report")));
  APPRENTICE_CHECK(write_file(run.directory.file(kJson), report_json_text(report)));
  APPRENTICE_CHECK(write_file(run.directory.file(kPage), render_html(report)));
  return std::vector<std::string>{kJson, kPage};
}

}  // namespace

Result<StepOutcome> report_step(Run& run) {
  const Job& job = run.inputs.job;
  nlohmann::ordered_json seen = {{"version", version()},
                                 {"test", run.inputs.splits.test->info().fingerprint},
                                 {"job", sha256_hex(job.text)},
                                 {"options", explain(job).at("report")}};
  if (run.inputs.teacher) seen["teacher"] = run.inputs.teacher->info().fingerprint;
  for (const Arm& arm : all_arms(job)) {
    for (const std::string& path : {model_path(arm), quant_path(arm)}) {
      APPRENTICE_TRY(seen[path], hash_file(run.directory.file(path)));
    }
  }
  if (job.control) {
    APPRENTICE_TRY(seen[kChoice], hash_file(run.directory.file(kChoice)));
  }
  APPRENTICE_TRY(seen["device"], hash_file(run.directory.file(kDeviceReport)));
  return run.directory.once("report", seen, [&] { return write_report(run); });
}

}  // namespace apprentice
