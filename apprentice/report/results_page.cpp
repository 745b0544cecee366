// SPDX-License-Identifier: Apache-2.0
#include "apprentice/report/results_page.h"

#include <fmt/format.h>

#include "apprentice/report/comparison_rows.h"
#include "apprentice/report/format.h"
#include "apprentice/report/metric_text.h"

namespace apprentice::report {
namespace {

constexpr const char* kUnknown = "–";

std::string quality(const ReportData& report, ModelRole role) {
  const ReportModel* model = find_model(report, role);
  const std::optional<double> score = score_of(model, report.metric);
  return score ? score_text(report.metric)(*score) : kUnknown;
}

std::string gain_cell(const FinishedRun& run) {
  if (run.report.gains.empty()) return kUnknown;
  return gain_figures(run.report.metric, run.report.gains.front().interval);
}

std::string mac_ratio(const ReportData& report) {
  const ReportModel* teacher = find_model(report, ModelRole::kTeacher);
  const ReportModel* student = find_model(report, ModelRole::kStudent);
  if (teacher == nullptr || student == nullptr || !teacher->macs || !student->macs || *student->macs <= 0) {
    return kUnknown;
  }
  return format_ratio(static_cast<double>(*teacher->macs) / static_cast<double>(*student->macs));
}

std::string quality_table(const std::vector<FinishedRun>& runs) {
  std::string text =
      "| job | method | test samples | teacher | student, int8 | control, int8 | gain (95 % interval) | seeds | ships "
      "| "
      "MACs saved | flash | RAM | instructions |\n|---|---|---|---|---|---|---|---|---|---|---|---|---|\n";
  for (const FinishedRun& run : runs) {
    const ReportData& report = run.report;
    const ReportModel* shipped = find_model(report, shipped_role(report));
    const bool measured = shipped != nullptr && shipped->on_device.has_value();
    text += fmt::format("| {} | {} | {} | {} | {} | {} | {} | {} | {} | {} | {} | {} | {} |\n",
                        escape_markdown(report.job), escape_markdown(run.method), format_whole(report.test_samples),
                        quality(report, ModelRole::kTeacher), quality(report, ModelRole::kStudentInt8),
                        quality(report, ModelRole::kControlInt8), gain_cell(run), report.seeds.size(),
                        shipped_role(report) == ModelRole::kControlInt8 ? "control" : "student", mac_ratio(report),
                        measured ? format_bytes(shipped->on_device->flash_bytes) : kUnknown,
                        measured ? format_bytes(shipped->on_device->ram_bytes) : kUnknown,
                        measured ? format_count(shipped->on_device->instructions) : kUnknown);
  }
  return text;
}

// Saxena et al. 2008: late is worse than early; the smaller, the better.
std::string nasa_text(const ReportData& report) {
  const ReportModel* teacher = find_model(report, ModelRole::kTeacher);
  const ReportModel* student = find_model(report, ModelRole::kStudentInt8);
  const ReportModel* control = find_model(report, ModelRole::kControlInt8);
  const auto score = [](const ReportModel* model) {
    return model != nullptr && model->nasa_score ? format_number(*model->nasa_score) : kUnknown;
  };
  if (student == nullptr || !student->nasa_score) return "";
  return fmt::format(" NASA score: teacher {}, student {}, control {}.", score(teacher), score(student),
                     score(control));
}

std::string splits_text(const std::vector<FinishedRun>& runs) {
  std::string text;
  for (const FinishedRun& run : runs) {
    const ReportProvenance& provenance = run.report.provenance;
    text += fmt::format("- **{}**: {}.", escape_markdown(run.report.job), escape_markdown(provenance.split));
    if (!provenance.leak_warning.empty()) text += " **Leaky:** " + escape_markdown(provenance.leak_warning);
    for (const std::string& sentence : summarize(run.report).sentences) text += " " + escape_markdown(sentence);
    text += nasa_text(run.report) + "\n";
  }
  return text;
}

std::string proof_table(const std::vector<FinishedRun>& runs) {
  std::string rows;
  for (const FinishedRun& run : runs) {
    for (const package::DeviceReport& proof : run.proofs) {
      rows += fmt::format("| {} | {} | {} | {} of {} | {} | {} | {} |\n", escape_markdown(run.report.job),
                          escape_markdown(proof.device), escape_markdown(proof.core), format_whole(proof.vectors_equal),
                          format_whole(proof.vectors), format_count(proof.instructions),
                          format_bytes(proof.flash_bytes), format_bytes(proof.ram_bytes));
    }
  }
  if (rows.empty()) return "";
  return "\n## Proven on emulated devices\n\nHalf of the inputs are real (test split), half random bytes; equal means "
         "bit-equal to the int8 reference.\n\n| job | device | core | equal | instructions | flash | RAM |\n"
         "|---|---|---|---|---|---|---|\n" +
         rows;
}

std::string runtime_table(const std::vector<FinishedRun>& runs) {
  std::string rows;
  for (const FinishedRun& run : runs) {
    if (!run.onnx_runtime) continue;
    const RuntimeProof& proof = *run.onnx_runtime;
    rows += fmt::format("| {} | {} | {} of {} | {} | {} |\n", escape_markdown(run.report.job),
                        format_whole(proof.samples), format_whole(proof.different_bytes), format_whole(proof.bytes),
                        proof.largest_difference, proof.without_near_tie);
  }
  if (rows.empty()) return "";
  return "\n## The QDQ export in ONNX Runtime\n\nThe same inputs. ONNX Runtime rescales in float32, the reference in "
         "integers: values that lie almost halfway between two bytes (near ties) may fall to either side.\n\n"
         "| job | inputs | bytes that differ | by at most | samples that differ without a near tie |\n"
         "|---|---|---|---|---|\n" +
         rows;
}

}  // namespace

std::string render_results(const std::vector<FinishedRun>& runs, const std::string& introduction) {
  return introduction +
         "\n## Quality and cost\n\nOn the test split, by the metric of each job: accuracy, or RMSE in regression, "
         "where it names no other. The control is "
         "the same student trained on labels only. The gain is the int8 student's over the int8 "
         "control's, in points (in regression: less error). Student and control are the best of their trainings on the "
         "validation split; the gain is the mean over all of them.\n\n" +
         quality_table(runs) + "\n" + splits_text(runs) + proof_table(runs) + runtime_table(runs);
}

}  // namespace apprentice::report
