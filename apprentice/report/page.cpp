// SPDX-License-Identifier: Apache-2.0
// The page of a run: its sections in reading order.
#include <fmt/format.h>

#include "apprentice/report/baselines.h"
#include "apprentice/report/charts.h"
#include "apprentice/report/format.h"
#include "apprentice/report/layers.h"
#include "apprentice/report/mistakes.h"
#include "apprentice/report/page_frame.h"
#include "apprentice/report/page_parts.h"

namespace apprentice::report {
namespace {

// What the bootstrap drew names the groups best.
std::string group_name(const ReportData& report) {
  const bool named = !report.gains.empty() && report.gains.front().method == "grouped";
  return named ? report.gains.front().unit_name : "group";
}

std::string test_split_lead(const ReportData& report) {
  std::string text = fmt::format("Figures are of the test split: {} {}", format_whole(report.test_samples),
                                 plural(report.test_samples, "sample"));
  if (report.test_groups > 0) {
    text += fmt::format(" in {} {}", format_whole(report.test_groups), plural(report.test_groups, group_name(report)));
  }
  if (!report.provenance.leak_warning.empty()) return text + ". The split leaks, so they flatter every model.";
  return text + ". It took no part in training or in any choice; the validation split chose.";
}

std::string learning_lead(const ReportData& report) {
  std::string text = "The marked step, best on the validation split, is the one that was kept.";
  for (const ReportCurve& curve : report.curves) {
    const std::string advice = learning_advice(curve, report.task);
    if (!advice.empty()) text += " " + advice;
  }
  return text;
}

}  // namespace

std::string render_html(const ReportData& report) {
  std::string out = opening_html(report);
  out += section_html("Side by side", test_split_lead(report), compare_table_html(report));
  out += section_html("Against simple baselines",
                      "No network, no teacher, the same split: the validation split chose penalties and rounds.",
                      baselines_html(report));
  out += section_html("What this device needs",
                      "The teacher answers for its full input; its answers are restricted to these.",
                      relevance_html(report));
  out += section_html("What the teacher is worth, what the student costs",
                      find_model(report, ModelRole::kControl) == nullptr
                          ? ""
                          : "The control arm is the same student with the same schedule, trained on labels only.",
                      grid_html(gain_chart(report) + seeds_chart(report) + cost_chart(report) + budget_chart(report)));
  out += section_html("Learning curves", learning_lead(report), grid_html(learning_charts(report)));
  out += section_html(
      "Answer and truth",
      fmt::format("{} test samples, evenly picked.", format_whole(static_cast<int64_t>(report.shown_targets.size()))),
      answers_charts(report));
  out += section_html("Class by class", "", grid_html(class_chart(report) + class_table(report)));
  out += section_html(
      "Confusion",
      "Row: truth; column: answer. Shade: share of the true class, by its square root so that rare ones show.",
      confusion_charts(report));
  out +=
      section_html("Its worst mistakes",
                   "Test samples that the network that ships answers wrongly, the surest first. Look at them: labels "
                   "can be wrong, too.",
                   mistakes_html(report));
  out += section_html(
      "Can its confidence be trusted?",
      "Accuracy over stated confidence. Below the diagonal a model is too sure, above it too modest; the area "
      "of a mark is its number of samples.",
      reliability_charts(report));
  out += section_html("Layer by layer",
                      "The int8 network that ships. Every weight is one byte; its biases and scales come on top.",
                      layers_html(report.layers));
  out += section_html("Where the estimates come from", "", estimates_html(report));
  out += section_html("Provenance", "", provenance_html(report));
  return page_html("Distillation report: " + report.job, out, "report.json");
}

}  // namespace apprentice::report
