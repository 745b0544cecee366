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
#include "apprentice/pipeline/teaching.h"

namespace apprentice::pipeline {
namespace {

// Of a long test split the page shows a part that it can draw: every so many values.
std::vector<double> shown_part(const float* values, size_t count) {
  constexpr size_t kMost = 400;
  const size_t shown = std::min(count, kMost);
  std::vector<double> part;
  for (size_t i = 0; i < shown; ++i) part.push_back(double{values[i * count / shown]});
  return part;
}

// Of several trainings those are shown that stand for their arms.
bool is_shown(const report::ReportChoice& choice, report::ModelRole role, int64_t training) {
  if (role == report::ModelRole::kTeacher) return training == 1;
  const bool distilled = role == report::ModelRole::kStudent || role == report::ModelRole::kStudentInt8;
  return training == (distilled ? choice.student_training : choice.control_training);
}

// One training of each arm.
void add_scores(const SeedAnswers& answers, const Truth& test, const Inputs& inputs, report::ReportData& report) {
  const int64_t training = static_cast<int64_t>(report.seeds.size()) + 1;
  report::ReportSeed seed{answers.seed, {}};
  for (const Answers& model : answers.models) {
    report::ReportModel scored = score(model, answers.models, test);
    if (!test.targets.empty()) {
      scored.shown_answers = shown_part(model.outputs.data<float>(), test.targets.size());
    }
    if (predicts_remaining_life(inputs.job)) scored.nasa_score = metrics::nasa_score(model.outputs, test.targets);
    seed.scores.emplace_back(model.role, scored.classification
                                             ? metrics::value_of(inputs.metric, *scored.classification)
                                             : metrics::value_of(inputs.metric, *scored.regression));
    if (is_shown(*report.choice, model.role, training)) report.models.push_back(std::move(scored));
  }
  report.seeds.push_back(std::move(seed));
}

Result<report::ReportData> gather_report(Run& run) {
  const Inputs& inputs = run.inputs;
  report::ReportData report;
  report.job = inputs.job.report.title.empty() ? inputs.job.name : inputs.job.report.title;
  report.task = inputs.student.task;
  report.class_names = inputs.student.class_names;
  report.target_name = target_name(inputs.job);
  report.target_unit = target_unit(inputs.job);
  report.notes = inputs.job.report.notes;
  report.relevance = relevance(inputs);
  report.metric = inputs.metric;
  report.validation_metric_name =
      fmt::format("{}{}", metrics::is_share(report.metric) ? "" : "negative ", metrics::metric_title(report.metric));
  const Truth test = read_truth(*inputs.splits.test);
  report.test_samples = inputs.splits.test->size();
  report.test_groups = test.distinct_groups;
  report.shown_targets = shown_part(test.targets.data(), test.targets.size());
  APPRENTICE_TRY(const std::vector<SeedAnswers> seeds, answer_test(run));
  APPRENTICE_TRY(report.choice, read_choice(run));
  for (const SeedAnswers& answers : seeds) add_scores(answers, test, inputs, report);
  std::sort(report.models.begin(), report.models.end(),
            [](const report::ReportModel& a, const report::ReportModel& b) { return a.role < b.role; });
  APPRENTICE_TRY(const JobBaselines baselines, sealed_baselines(run));
  report.data_warnings = baselines.findings;
  const report::ReportChoice& choice = *report.choice;
  const bool student = choice.ships == report::ModelRole::kStudentInt8;
  const int64_t training = student ? choice.student_training : choice.control_training;
  const Tensor* teacher = nullptr;
  for (const Answers& model : seeds.at(static_cast<size_t>(training) - 1).models) {
    if (model.role == report::ModelRole::kTeacher) teacher = &model.outputs;
    if (model.role != choice.ships) continue;
    report.baselines = score_on_test(baselines.fitted, model.outputs, *inputs.splits.test, inputs.metric, inputs.job);
    report.mistakes = worst_mistakes(model.outputs, teacher, *inputs.splits.test);
  }
  APPRENTICE_CHECK(add_device(run, report));
  APPRENTICE_CHECK(add_layers(run, report));
  report.gains = gains(seeds, test, inputs);
  APPRENTICE_TRY(report.curves, curves(run));
  APPRENTICE_TRY(report.provenance, provenance(run));
  return report;
}

Result<std::vector<std::string>> write_report(Run& run) {
  run.control.report({"report", 0, 0, ""});
  APPRENTICE_TRY(const report::ReportData report, gather_report(run));
  APPRENTICE_CHECK(make_folder(run.directory.file("report")));
  APPRENTICE_CHECK(write_file(run.directory.file(kReportJson), report::report_json_text(report)));
  APPRENTICE_CHECK(write_file(run.directory.file(kReportPage), report::render_html(report)));
  return std::vector<std::string>{kReportJson, kReportPage};
}

Result<nlohmann::ordered_json> report_inputs(const Run& run) {
  const Job& job = run.inputs.job;
  nlohmann::ordered_json seen = {{"test", run.inputs.splits.test->info().fingerprint},
                                 {"job", sha256_hex(job.text)},
                                 {"options", explain(job).at("report")}};
  APPRENTICE_TRY(const auto teacher, job_teacher(run));
  if (teacher) seen["teacher"] = teacher->info().fingerprint;
  for (const Arm& arm : all_arms(job)) {
    for (const std::string& path : {model_path(arm), quant_path(arm)}) {
      APPRENTICE_TRY(seen[path], hash_file(run.directory.file(path)));
    }
  }
  APPRENTICE_TRY(seen[kChoice], hash_file(run.directory.file(kChoice)));
  APPRENTICE_TRY(seen["device"], hash_file(run.directory.file(kDeviceReport)));
  return seen;
}

}  // namespace

Result<Units> report_units(Run& run) { return one_unit(run, "report", report_inputs, write_report); }

}  // namespace apprentice::pipeline
