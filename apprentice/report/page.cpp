// SPDX-License-Identifier: Apache-2.0
// The page: head, sections in reading order. Written as well-formed XML, so that a browser's XML parser can check it.
#include <fmt/format.h>

#include "apprentice/report/charts.h"
#include "apprentice/report/format.h"
#include "apprentice/report/page_parts.h"
#include "apprentice/report/page_style.h"

namespace apprentice {
namespace {

// No script at all and nothing from elsewhere; the policy makes the browser hold the page to it.
constexpr const char* kHead = R"(<!DOCTYPE html>
<html xmlns="http://www.w3.org/1999/xhtml" lang="en">
<head>
<meta charset="utf-8"/>
<meta name="viewport" content="width=device-width, initial-scale=1"/>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"/>
<meta name="color-scheme" content="light dark"/>
<title>{}</title>
<style>{}</style>
</head>
<body>
<main>
)";

std::string section(const std::string& title, const std::string& lead, const std::string& body) {
  if (body.empty()) return "";
  return "<section><h2>" + escape_html(title) + "</h2>" + (lead.empty() ? "" : "<p>" + escape_html(lead) + "</p>") +
         "\n" + body + "</section>\n";
}

std::string grid(const std::string& figures) {
  return figures.empty() ? "" : "<div class=\"grid\">" + figures + "</div>\n";
}

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

}  // namespace

std::string render_html(const ReportData& report) {
  std::string out = fmt::format(kHead, escape_html("Distillation report: " + report.job), kPageStyle);
  out += opening_html(report);
  out += section("Side by side", test_split_lead(report), compare_table_html(report));
  out += section("What the teacher is worth, what the student costs",
                 find_model(report, ModelRole::kControl) == nullptr
                     ? ""
                     : "The control arm is the same student with the same schedule, trained on labels only.",
                 grid(gain_chart(report) + seeds_chart(report) + cost_chart(report) + budget_chart(report)));
  out += section("Learning curves", "The marked epoch, best on the validation split, is the one that was kept.",
                 grid(learning_charts(report)));
  out += section("Class by class", "", grid(class_chart(report) + class_table(report)));
  out +=
      section("Confusion",
              "Row: truth; column: answer. Shade: share of the true class, by its square root so that rare ones show.",
              confusion_charts(report));
  out +=
      section("Can its confidence be trusted?",
              "Accuracy over stated confidence. Below the diagonal a model is too sure, above it too modest; the area "
              "of a mark is its number of samples.",
              reliability_charts(report));
  out += section("Where the estimates come from", "", estimates_html(report));
  out += section("Provenance", "", provenance_html(report));
  return out +
         "<footer>This page is one file, needs no network and runs no script. The same figures for programs: "
         "report.json.</footer>\n</main>\n</body>\n</html>\n";
}

}  // namespace apprentice
