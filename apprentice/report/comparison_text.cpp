// SPDX-License-Identifier: Apache-2.0
// The comparison for the terminal.
#include <algorithm>

#include "apprentice/report/comparison_rows.h"
#include "apprentice/report/format.h"
#include "apprentice/report/text_layout.h"

namespace apprentice::report {
namespace {

std::string table_text(const ComparisonTable& table) {
  std::vector<size_t> widths;
  for (size_t c = 0; c < table.columns.size(); ++c) {
    size_t width = width_of(table.columns[c]);
    for (const auto& row : table.rows) width = std::max(width, width_of(clean_text(row[c])));
    widths.push_back(width);
  }
  const auto line = [&](const std::string& mark, const std::vector<std::string>& cells) {
    std::string out = mark;
    for (size_t c = 0; c < cells.size(); ++c) {
      out += (c == 0 ? "" : "  ") + pad(clean_text(cells[c]), widths[c], c == 0 ? Side::kLeft : Side::kRight);
    }
    return out.substr(0, out.find_last_not_of(' ') + 1) + "\n";
  };
  std::string out = line("  ", table.columns);
  for (size_t i = 0; i < table.rows.size(); ++i) out += line(table.is_winner[i] ? "* " : "  ", table.rows[i]);
  return out;
}

}  // namespace

std::string render_text(const ComparisonData& data) {
  const ComparisonSummary summary = summarize(data);
  std::string out = clean_text(data.job) + "\n\n";
  if (!data.leak_warning.empty()) out += wrap("! " + clean_text(data.leak_warning), "") + "\n";
  out += wrap(clean_text(summary.headline), "") + wrap(clean_text(summary.claim), "");
  if (data.methods.empty()) return out;
  out += "\n" + table_text(comparison_table(data)) + "\n";
  for (const std::string& sentence : summary.sentences) out += wrap(clean_text(sentence), "");
  return out;
}

}  // namespace apprentice::report
