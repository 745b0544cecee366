// SPDX-License-Identifier: Apache-2.0
// The page of a comparison: what validation chose, what the test split says of it, and everything else for orientation.
#include <fmt/format.h>

#include "apprentice/report/comparison_charts.h"
#include "apprentice/report/comparison_rows.h"
#include "apprentice/report/format.h"
#include "apprentice/report/page_frame.h"

namespace apprentice::report {
namespace {

const char* verdict_class(ComparisonSummary::Verdict verdict) {
  switch (verdict) {
    case ComparisonSummary::Verdict::kGain: return "gain";
    case ComparisonSummary::Verdict::kLoss: return "loss";
    case ComparisonSummary::Verdict::kUnproven:
    case ComparisonSummary::Verdict::kControl: return "unproven";
  }
  throw BrokenPromise("a verdict of the list");
}

std::string opening_html(const ComparisonData& data) {
  const ComparisonSummary summary = summarize(data);
  std::string out = "<header>\n";
  if (!data.leak_warning.empty()) {
    out += "<p class=\"warning\" role=\"alert\">" + escape_html(data.leak_warning) + "</p>\n";
  }
  out += "<p class=\"eyebrow\">Comparison of methods</p>\n<h1>" + escape_html(data.job) + "</h1>\n";
  out += "<p class=\"headline\">" + escape_html(summary.headline) + "</p>\n";
  out += fmt::format("<p class=\"verdict {}\">{}</p>\n", verdict_class(summary.verdict), escape_html(summary.claim));
  std::string more;
  for (const std::string& sentence : summary.sentences) more += (more.empty() ? "" : " ") + escape_html(sentence);
  return out + "<p class=\"more\">" + more + "</p>\n</header>\n";
}

std::string lead(const ComparisonData& data) {
  return fmt::format(
      "Means over {} training {} with 95 % intervals. Rows stand in the order of the validation split ({} samples); "
      "test figures are of {} samples that took no part in any choice.",
      data.methods.front().seeds.size(), plural(static_cast<int64_t>(data.methods.front().seeds.size()), "seed"),
      format_whole(data.validation_samples), format_whole(data.test_samples));
}

std::string table_html(const ComparisonTable& table) {
  std::string out =
      "<div class=\"panel scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Methods side by side\">"
      "<table class=\"compare\"><thead><tr>";
  for (const std::string& column : table.columns) out += "<th scope=\"col\">" + escape_html(column) + "</th>";
  out += "</tr></thead><tbody>\n";
  for (size_t i = 0; i < table.rows.size(); ++i) {
    out += "<tr><th scope=\"row\">" + escape_html(table.rows[i].front());
    out += table.is_winner[i] ? "<span class=\"badge\">chosen</span></th>" : "</th>";
    for (size_t c = 1; c < table.rows[i].size(); ++c) {
      out += fmt::format("<td{}>{}</td>", table.is_winner[i] ? " class=\"hero\"" : "", escape_html(table.rows[i][c]));
    }
    out += "</tr>\n";
  }
  return out + "</tbody></table></div>\n";
}

std::string keys_text(const ComparedMethod& method) {
  return method.loss.is_null() ? "labels only"
                               : method.loss.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

std::string provenance_html(const ComparisonData& data) {
  std::string out = fact_html("Split", data.split) + fact_html("Job file", data.job_file) +
                    code_fact_html("Job file, SHA-256", data.job_hash);
  for (const ComparedMethod& method : data.methods) out += code_fact_html("Loss of " + method.name, keys_text(method));
  for (const auto& [name, version] : data.versions) out += fact_html("Version: " + name, version);
  return "<div class=\"panel\"><dl class=\"facts\">" + out + "</dl></div>\n";
}

}  // namespace

std::string render_html(const ComparisonData& data) {
  std::string out = opening_html(data);
  if (!data.methods.empty()) {
    out += section_html("Side by side", lead(data), table_html(comparison_table(data)));
    out += section_html("Does it help?",
                        "The control arm is the same student with the same schedule and seeds, trained on labels only.",
                        grid_html(gains_chart(data) + validation_chart(data) + seconds_chart(data)));
  }
  out += section_html("Provenance", "", provenance_html(data));
  return page_html("Comparison of methods: " + data.job, out, "comparison.json");
}

}  // namespace apprentice::report
