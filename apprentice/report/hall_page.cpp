// SPDX-License-Identifier: Apache-2.0
// The hall's page: a row per device, then the same figures as drawings.
#include <fmt/format.h>

#include "apprentice/report/format.h"
#include "apprentice/report/hall_rows.h"
#include "apprentice/report/page_frame.h"
#include "apprentice/report/page_parts.h"

namespace apprentice::report {
namespace {

std::string table_head() {
  std::string out = "<thead><tr><th scope=\"col\">Device</th>";
  for (const HallColumn& column : hall_columns()) {
    const std::string badge =
        column.how.empty() ? "" : fmt::format("<small><span class=\"badge {0}\">{0}</span></small>", column.how);
    out += fmt::format("<th scope=\"col\" title=\"{}\">{}{}</th>", escape_html(column.explain),
                       escape_html(column.title), badge);
  }
  return out + "</tr></thead>\n";
}

std::string table_row(const HallDevice& device) {
  const std::string core = device.report.device ? device.report.device->name + ", " + device.report.device->core : "";
  std::string out = fmt::format("<tr><th scope=\"row\"><a href=\"{}\">{}</a><small>{}</small></th>",
                                escape_html(device.page), escape_html(device.id), escape_html(core));
  for (const HallColumn& column : hall_columns()) {
    const ReportCell cell = column.cell(device.report);
    out += "<td>" + escape_html(cell.text);
    if (!cell.note.empty()) out += "<small>" + escape_html(cell.note) + "</small>";
    out += "</td>";
  }
  return out + "</tr>\n";
}

std::string table(const HallReport& hall) {
  if (hall.devices.empty()) return "";
  std::string out =
      "<div class=\"panel scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Devices\"><table class=\"compare "
      "hall\">" +
      table_head() + "<tbody>\n";
  for (const HallDevice& device : hall.devices) out += table_row(device);
  return out + "</tbody></table></div>\n";
}

std::string kept(const HallReport& hall) {
  std::string out;
  for (const HallDevice& device : hall.devices) {
    if (!device.report.relevance) continue;
    const ReportRelevance& relevance = *device.report.relevance;
    std::string text;
    if (!relevance.classes.empty()) text = fmt::format("{}", fmt::join(relevance.classes, ", "));
    if (relevance.has_other) text += "; all others as \"other\"";
    text += fmt::format("{}reads {}; {} of {} training samples", text.empty() ? "" : "; ",
                        fmt::join(relevance.channels, ", "), format_whole(relevance.train),
                        format_whole(relevance.train_of));
    out += fact_html(device.id, text);
  }
  return out.empty() ? "" : "<div class=\"panel\"><dl class=\"facts\">" + out + "</dl></div>\n";
}

}  // namespace

std::string render_hall_html(const HallReport& hall) {
  std::string out =
      "<header>\n" + summary_html("Report of a hall", hall.job, summarize(hall), hall.notes) + "</header>\n";
  out += section_html("Device by device",
                      "One teacher answered once; each device has a student of its own, judged on its own machines. "
                      "Figures are of the test split.",
                      table(hall));
  out += section_html("What each device keeps", "", kept(hall));
  out += section_html(
      "What the teacher is worth, what the students cost", "",
      grid_html(hall_quality_chart(hall) + hall_gain_chart(hall) + hall_work_chart(hall) + hall_memory_chart(hall)));
  return page_html("Hall report: " + hall.job, out, "hall.json");
}

}  // namespace apprentice::report
