// SPDX-License-Identifier: Apache-2.0
// The short table for the terminal.
#include <fmt/format.h>

#include <algorithm>

#include "apprentice/report/format.h"
#include "apprentice/report/rows.h"

namespace apprentice {
namespace {

constexpr size_t kTextWidth = 98;

// Characters, not bytes: the units hold µ and no-break spaces.
size_t width_of(const std::string& text) {
  return static_cast<size_t>(std::count_if(
      text.begin(), text.end(), [](char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U; }));
}

std::string pad(const std::string& text, size_t width, bool right) {
  const std::string blanks(width > width_of(text) ? width - width_of(text) : 0, ' ');
  return right ? blanks + text : text + blanks;
}

std::string wrap(const std::string& text, const std::string& indent) {
  std::string out, line = indent;
  size_t start = 0;
  while (start < text.size()) {
    const size_t end = std::min(text.find(' ', start), text.size());
    const std::string word = text.substr(start, end - start);
    if (line != indent && width_of(line) + 1 + width_of(word) > kTextWidth) {
      out += line + "\n";
      line = indent;
    }
    line += (line == indent ? "" : " ") + word;
    start = end + 1;
  }
  return out + line + "\n";
}

std::string table(const ReportData& report, const std::vector<const ReportModel*>& models) {
  std::string out = pad("", 22, false);
  for (const ReportModel* model : models) out += pad(role_title(model->role), 15, true);
  out += "\n";
  for (const ReportRow& row : table_rows(report, models)) {
    out += pad(row.how == "estimate" ? row.title + ", estimate" : row.title, 22, false);
    for (const ReportCell& cell : row.cells) out += pad(cell.text, 15, true);
    out += "\n";
  }
  return out;
}

}  // namespace

std::string render_text(const ReportData& report) {
  const ReportSummary summary = summarize(report);
  std::string out = clean_text(report.job) + "\n\n";
  for (const std::string& warning : summary.warnings) out += wrap("! " + clean_text(warning), "");
  if (!summary.warnings.empty()) out += "\n";
  out += wrap(clean_text(summary.headline), "");
  for (const std::string& sentence : summary.sentences) out += wrap(clean_text(sentence), "");
  const std::vector<const ReportModel*> models = ordered_models(report);
  if (!models.empty()) out += "\n" + table(report, models);
  return out;
}

}  // namespace apprentice
