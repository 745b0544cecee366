// SPDX-License-Identifier: Apache-2.0
#include "apprentice/report/page_parts.h"

#include <fmt/format.h>

#include <cmath>

#include "apprentice/report/format.h"
#include "apprentice/report/metric_text.h"
#include "apprentice/report/page_frame.h"
#include "apprentice/report/side_by_side_rows.h"
#include "apprentice/report/svg.h"

namespace apprentice::report {
namespace {

std::string tile(const std::string& title, const std::string& value, const std::string& note) {
  return fmt::format("<div><dt>{}</dt><dd>{}</dd><dd>{}</dd></div>\n", escape_html(title), escape_html(value),
                     escape_html(note));
}

std::string quality_tile(const ReportData& report, const ReportModel& student, const ReportModel* teacher) {
  const std::optional<double> own = score_of(student, report.metric);
  if (!own) return "";
  const auto format = score_text(report.metric);
  const std::optional<double> taught = score_of(teacher, report.metric);
  const bool has_unit = !metrics::is_share(report.metric) && !report.target_unit.empty();
  return tile(metric_column(report.metric) + (has_unit ? ", " + report.target_unit : ""), format(*own),
              taught ? "teacher " + format(*taught) : "");
}

std::string gain_tile(const ReportData& report) {
  if (report.gains.empty()) return "";
  const metrics::Interval& gain = report.gains.front().interval;
  const auto format = gain_text(report.metric);
  return tile(metrics::is_share(report.metric) ? "Over labels only, points" : "Over labels only", format(gain.mean),
              fmt::format("{} to {} (95\u00A0%)", format(gain.low), format(gain.high)));
}

std::string macs_tile(const ReportModel& student, const ReportModel* teacher) {
  if (!student.macs || *student.macs <= 0) return "";
  if (teacher == nullptr || !teacher->macs) return tile("MACs", format_count(student.macs), "");
  const double ratio = static_cast<double>(*teacher->macs) / static_cast<double>(*student.macs);
  return tile(ratio < 1.0 ? "MACs" : "Fewer MACs", format_ratio(ratio),
              fmt::format("{} against {}", format_count(student.macs), format_count(teacher->macs)));
}

std::string device_tiles(const ReportData& report, const package::DeviceFigures& device) {
  const auto limit = [](int64_t bytes) { return bytes > 0 ? "of " + format_bytes(bytes) : std::string("no limit"); };
  std::string out =
      tile("Flash", format_bytes(device.flash_bytes), limit(report.device ? report.device->flash_bytes : 0));
  out += tile("RAM", format_bytes(device.ram_bytes), limit(report.device ? report.device->ram_bytes : 0));
  if (device.latency_us.known) {
    out += tile("Latency, estimate", "≈ " + format_us(device.latency_us.value),
                fmt::format("{} to {}", format_us(device.latency_us.low), format_us(device.latency_us.high)));
  }
  return out;
}

std::string tiles_html(const ReportData& report) {
  const ReportModel* student = shipped_model(report);
  if (student == nullptr) return "";
  const ReportModel* teacher = find_model(report, ModelRole::kTeacher);
  std::string out = quality_tile(report, *student, teacher) + gain_tile(report) + macs_tile(*student, teacher);
  if (student->on_device) out += device_tiles(report, *student->on_device);
  return out.empty() ? "" : "<dl class=\"tiles\">\n" + out + "</dl>\n";
}

const char* verdict_class(ReportSummary::Verdict verdict) {
  switch (verdict) {
    case ReportSummary::Verdict::kGain: return "gain";
    case ReportSummary::Verdict::kUnproven: return "unproven";
    case ReportSummary::Verdict::kLoss: return "loss";
    case ReportSummary::Verdict::kUnknown: return "unknown";
  }
  throw BrokenPromise("a verdict of the list");
}

std::string compare_head(const std::vector<const ReportModel*>& models) {
  std::string out = "<thead><tr><td></td>";
  for (const ReportModel* model : models) {
    out += fmt::format("<th scope=\"col\" class=\"{}\">{}<small>{}</small></th>", role_class(model->role),
                       escape_html(model_title(*model)), escape_html(model->detail));
  }
  return out + "</tr></thead>\n";
}

std::string compare_row(const ReportRow& row, const std::vector<const ReportModel*>& models, ModelRole shipped) {
  std::string out;
  if (!row.section.empty()) {
    out += fmt::format("<tr class=\"chapter\"><th colspan=\"{}\" scope=\"colgroup\">{}</th></tr>\n", models.size() + 1,
                       escape_html(row.section));
  }
  const std::string badge =
      row.how.empty() ? "" : fmt::format("<span class=\"badge {0}\">{0}</span>", escape_html(row.how));
  out +=
      fmt::format("<tr{}><th scope=\"row\" title=\"{}\">{}{}</th>", row.how == "estimate" ? " class=\"estimate\"" : "",
                  escape_html(row.explain), escape_html(row.title), badge);
  for (size_t i = 0; i < row.cells.size(); ++i) {
    out += fmt::format("<td{}>{}", models[i]->role == shipped ? " class=\"hero\"" : "", escape_html(row.cells[i].text));
    if (!row.cells[i].note.empty()) out += "<small>" + escape_html(row.cells[i].note) + "</small>";
    out += "</td>";
  }
  return out + "</tr>\n";
}

std::string seeds_text(const std::vector<uint64_t>& seeds) {
  std::string text;
  for (const uint64_t seed : seeds) text += (text.empty() ? "" : ", ") + std::to_string(seed);
  return text;
}

std::string resolved_job_html(const nlohmann::ordered_json& job) {
  if (job.is_null()) return "";
  const std::string text = job.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
  return "<details><summary>The resolved job, with every default</summary><pre>" + escape_html(text) +
         "</pre></details>\n";
}

std::string device_facts(const ReportData& report) {
  if (!report.device) return "";
  const ReportDevice& device = *report.device;
  std::string clock;
  if (device.clock_hz > 0.0 && std::isfinite(device.clock_hz)) {
    clock = format_number(device.clock_hz / 1e6) + "\xC2\xA0MHz";
  }
  return fact_html("Device", device.summary.empty() ? device.name : device.name + ": " + device.summary) +
         fact_html("Core and clock", clock.empty() ? device.core : device.core + ", " + clock) +
         fact_html("Device compiler", device.compiler) + fact_html("Run on", device.emulator);
}

std::string names(const std::vector<std::string>& list) { return fmt::format("{}", fmt::join(list, ", ")); }

std::string share_text(size_t kept, int64_t of) { return fmt::format("{} of {}", kept, of); }

std::string readings_text(const ReportRelevance& kept) {
  if (kept.readings == 0) return "";
  const std::string text = fmt::format("{} of {} steps", kept.readings, kept.steps_of);
  return kept.every > 1 ? text + fmt::format(", each the mean of {}", kept.every) : text;
}

}  // namespace

std::string relevance_html(const ReportData& report) {
  if (!report.relevance) return "";
  const ReportRelevance& kept = *report.relevance;
  std::string out;
  if (kept.classes_of > 0) {
    out += fact_html("Classes", share_text(kept.classes.size(), kept.classes_of) + ": " + names(kept.classes) +
                                    (kept.has_other ? "; all others are one class, \"other\"" : ""));
  }
  out += fact_html("Sensors", share_text(kept.channels.size(), kept.channels_of) + ": " + names(kept.channels));
  out += fact_html("Readings", readings_text(kept));
  out += fact_html("Samples",
                   fmt::format("{} of {} to train, {} of {} to test", format_whole(kept.train),
                               format_whole(kept.train_of), format_whole(kept.test), format_whole(kept.test_of)));
  return "<div class=\"panel\"><dl class=\"facts\">" + out + "</dl></div>\n";
}

std::string summary_html(const char* kind, const std::string& title, const ReportSummary& summary,
                         const std::vector<std::string>& notes) {
  std::string out;
  for (const std::string& warning : summary.warnings) {
    out += "<p class=\"warning\" role=\"alert\">" + escape_html(warning) + "</p>\n";
  }
  out += fmt::format("<p class=\"eyebrow\">{}</p>\n<h1>{}</h1>\n", kind, escape_html(title));
  out += "<p class=\"headline\">" + escape_html(summary.headline) + "</p>\n";
  std::string more;
  for (size_t i = 0; i < summary.sentences.size(); ++i) {
    if (i == 0) {
      out += fmt::format("<p class=\"verdict {}\">{}</p>\n", verdict_class(summary.distillation),
                         escape_html(summary.sentences[i]));
    } else {
      more += (more.empty() ? "" : " ") + escape_html(summary.sentences[i]);
    }
  }
  for (const std::string& note : notes) more += (more.empty() ? "" : " ") + escape_html(note);
  return more.empty() ? out : out + "<p class=\"more\">" + more + "</p>\n";
}

std::string opening_html(const ReportData& report) {
  return "<header>\n" + summary_html("Distillation report", report.job, summarize(report), report.notes) +
         tiles_html(report) + "</header>\n";
}

std::string compare_table_html(const ReportData& report) {
  const std::vector<const ReportModel*> models = ordered_models(report);
  if (models.empty()) return "";
  std::string out =
      "<div class=\"panel scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Models side by side\">"
      "<table class=\"compare\">" +
      compare_head(models) + "<tbody>\n";
  for (const ReportRow& row : table_rows(report, models)) out += compare_row(row, models, shipped_role(report));
  return out + "</tbody></table></div>\n";
}

std::string estimates_html(const ReportData& report) {
  std::string out;
  for (const ReportModel* model : ordered_models(report)) {
    if (!model->on_device) continue;
    const auto add = [&](const std::string& title, const package::Estimate& estimate, std::string (*format)(double)) {
      if (estimate.known) out += fact_html(title, format_estimate(estimate, format) + ". " + estimate.basis);
    };
    add("Latency, " + model_title(*model), model->on_device->latency_us, format_us);
    add("Energy, " + model_title(*model), model->on_device->energy_uj, format_uj);
  }
  if (out.empty()) return "";
  return "<div class=\"panel\"><p class=\"remark\">Estimates were not measured on a board. Instructions are counted "
         "exactly by the emulator; cycles and energy per cycle come from the sources named here.</p>"
         "<dl class=\"facts\">" +
         out + "</dl></div>\n";
}

std::string provenance_html(const ReportData& report) {
  const ReportProvenance& provenance = report.provenance;
  std::string out = fact_html("Split", provenance.split) + fact_html("Job file", provenance.job_file) +
                    code_fact_html("Job file, SHA-256", provenance.job_hash) +
                    fact_html("Seeds", seeds_text(provenance.seeds)) + device_facts(report);
  for (const auto& [name, value] : provenance.fingerprints) out += code_fact_html("Fingerprint: " + name, value);
  for (const auto& [name, value] : provenance.versions) out += fact_html("Version: " + name, value);
  const std::string job = resolved_job_html(provenance.resolved_job);
  if (out.empty() && job.empty()) return "";
  return "<div class=\"panel\"><dl class=\"facts\">" + out + "</dl>" + job + "</div>\n";
}

}  // namespace apprentice::report
