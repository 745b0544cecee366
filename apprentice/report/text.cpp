// SPDX-License-Identifier: Apache-2.0
// The short table for the terminal.
#include <fmt/format.h>

#include "apprentice/report/baselines.h"
#include "apprentice/report/format.h"
#include "apprentice/report/hall_rows.h"
#include "apprentice/report/side_by_side_rows.h"
#include "apprentice/report/svg.h"
#include "apprentice/report/text_layout.h"

namespace apprentice::report {
namespace {

constexpr size_t kIdWidth = 14, kHallCell = 9;

std::string table(const ReportData& report, const std::vector<const ReportModel*>& models) {
  std::string out = pad("", 22, Side::kLeft);
  for (const ReportModel* model : models) out += pad(role_title(model->role), 15, Side::kRight);
  out += "\n";
  for (const ReportRow& row : table_rows(report, models)) {
    out += pad(row.how == "estimate" ? row.title + ", estimate" : row.title, 22, Side::kLeft);
    for (const ReportCell& cell : row.cells) out += pad(cell.text, 15, Side::kRight);
    out += "\n";
  }
  return out;
}

std::string sentences(const std::string& title, const ReportSummary& summary) {
  std::string out = clean_text(title) + "\n\n";
  for (const std::string& warning : summary.warnings) out += wrap("! " + clean_text(warning), "");
  if (!summary.warnings.empty()) out += "\n";
  out += wrap(clean_text(summary.headline), "");
  for (const std::string& sentence : summary.sentences) out += wrap(clean_text(sentence), "");
  return out;
}

}  // namespace

std::string render_text(const ReportData& report) {
  std::string out = sentences(report.job, summarize(report));
  const std::vector<const ReportModel*> models = ordered_models(report);
  if (!models.empty()) out += "\n" + table(report, models);
  if (!report.baselines.empty()) out += "\n" + baselines_text(report);
  return out;
}

std::string render_hall_text(const HallReport& hall) {
  std::string out = sentences(hall.job, summarize(hall)) + "\n" + pad("", kIdWidth, Side::kLeft);
  for (const HallColumn& column : hall_columns()) {
    if (column.shown == Shown::kEverywhere) out += pad(column.title, kHallCell, Side::kRight);
  }
  out += "\n";
  for (const HallDevice& device : hall.devices) {
    out += pad(shorten(device.id, kIdWidth - 1), kIdWidth, Side::kLeft);
    for (const HallColumn& column : hall_columns()) {
      if (column.shown == Shown::kEverywhere) out += pad(column.cell(device.report).text, kHallCell, Side::kRight);
    }
    out += "\n";
  }
  return out;
}

}  // namespace apprentice::report
