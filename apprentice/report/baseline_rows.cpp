// SPDX-License-Identifier: Apache-2.0
// The table of simple baselines: page and terminal print the same rows.
#include <fmt/format.h>

#include "apprentice/report/baselines.h"
#include "apprentice/report/format.h"
#include "apprentice/report/text_layout.h"

namespace apprentice::report {
namespace {

constexpr size_t kTitleWidth = 46, kFigureWidth = 13;

struct Row {
  std::string title, size, note;
  std::string first, second;  // accuracy and balanced accuracy, or RMSE and MAE
  bool ships = false;
};

Row row_of(const ReportModel& model, bool ships) {
  Row row;
  row.title = model_title(model);
  row.ships = ships;
  if (model.parameters) row.size = format_count(model.parameters) + " weights";
  if (model.classification) {
    row.first = format_percent(model.classification->accuracy);
    row.second = format_percent(model.classification->balanced_accuracy);
  } else if (model.regression) {
    row.first = format_number(model.regression->rmse);
    row.second = format_number(model.regression->mae);
  }
  return row;
}

Row row_of(const ReportBaseline& baseline) {
  Row row;
  row.title = baseline.title;
  row.size = format_count(baseline.size) + " " + baseline.unit;
  row.note = baseline.detail;
  if (baseline.classification) {
    row.first = format_percent(baseline.classification->accuracy);
    row.second = format_percent(baseline.classification->balanced_accuracy);
  } else if (baseline.regression) {
    row.first = format_number(baseline.regression->rmse);
    row.second = format_number(baseline.regression->mae);
  }
  return row;
}

std::vector<Row> rows_of(const ReportData& report) {
  std::vector<Row> rows;
  if (report.baselines.empty()) return rows;
  const ReportModel* shipped = shipped_model(report);
  const ReportModel* teacher = find_model(report, ModelRole::kTeacher);
  if (teacher != nullptr) rows.push_back(row_of(*teacher, false));
  if (shipped != nullptr) rows.push_back(row_of(*shipped, true));
  for (const ReportBaseline& baseline : report.baselines) rows.push_back(row_of(baseline));
  return rows;
}

std::pair<const char*, const char*> heads(const ReportData& report) {
  if (report.task == TaskKind::kRegression) return {"RMSE", "MAE"};
  return {"Accuracy", "Balanced"};
}

}  // namespace

std::string baselines_html(const ReportData& report) {
  const std::vector<Row> rows = rows_of(report);
  if (rows.empty()) return "";
  const auto [first, second] = heads(report);
  std::string out = fmt::format(
      "<div class=\"panel\"><table class=\"compare baselines\"><thead><tr><th></th><th>{}</th><th>{}</th></tr></thead>"
      "<tbody>\n",
      first, second);
  for (const Row& row : rows) {
    const std::string note = row.note.empty() ? row.size : row.size.empty() ? row.note : row.size + ", " + row.note;
    out += fmt::format("<tr><th scope=\"row\">{}<small>{}</small></th><td{}>{}</td><td{}>{}</td></tr>\n",
                       escape_html(row.title), escape_html(note), row.ships ? " class=\"hero\"" : "", row.first,
                       row.ships ? " class=\"hero\"" : "", row.second);
  }
  return out + "</tbody></table></div>\n";
}

std::string baselines_text(const ReportData& report) {
  const std::vector<Row> rows = rows_of(report);
  if (rows.empty()) return "";
  const auto [first, second] = heads(report);
  std::string out = pad("Simple baselines", kTitleWidth, Side::kLeft) + pad(first, kFigureWidth, Side::kRight) +
                    pad(second, kFigureWidth, Side::kRight) + pad("Size", 18, Side::kRight) + "\n";
  for (const Row& row : rows) {
    out += pad(clean_text(row.title), kTitleWidth, Side::kLeft) + pad(row.first, kFigureWidth, Side::kRight) +
           pad(row.second, kFigureWidth, Side::kRight) + pad(row.size, 18, Side::kRight) + "\n";
  }
  return out;
}

}  // namespace apprentice::report
