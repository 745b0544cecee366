// SPDX-License-Identifier: Apache-2.0
#include "apprentice/report/comparison_rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "apprentice/report/format.h"
#include "apprentice/report/metric_text.h"

namespace apprentice::report {
namespace {

// A row: the teacher (no method), a method, or the int8 form of one.
struct Entry {
  const ComparedMethod* method;
  const ComparedScore* score;
  bool is_int8;
};

std::vector<Entry> entries(const ComparisonData& data) {
  std::vector<Entry> list;
  if (data.teacher) list.push_back({nullptr, &*data.teacher, false});
  for (const ComparedMethod& method : data.methods) {
    list.push_back({&method, &method.score, false});
    if (method.int8) list.push_back({&method, &*method.int8, true});
  }
  return list;
}

std::string score_figures(const ComparisonData& data, const metrics::Interval& score) {
  const auto format = score_text(data.metric);
  return fmt::format("{} ({} to {})", format(score.mean), format(score.low), format(score.high));
}

std::string name_of(const Entry& entry) {
  if (entry.method == nullptr) return "teacher";
  if (entry.is_int8) return entry.method->name + ", int8";
  return entry.method->name == kControlName ? "control (labels only)" : entry.method->name;
}

using Cell = std::function<std::string(const Entry&)>;

void add_column(ComparisonTable* table, const std::vector<Entry>& list, const std::string& title, const Cell& cell) {
  std::vector<std::string> cells;
  for (const Entry& entry : list) cells.push_back(cell(entry));
  if (std::all_of(cells.begin(), cells.end(), [](const std::string& text) { return text.empty(); })) return;
  table->columns.push_back(title);
  for (size_t i = 0; i < cells.size(); ++i) table->rows[i].push_back(cells[i]);
}

}  // namespace

std::string gain_figure(metrics::Metric metric, double value) { return gain_text(metric)(value); }

std::string gain_figures(metrics::Metric metric, const metrics::Interval& gain) {
  return fmt::format("{} ({} to {})", gain_figure(metric, gain.mean), gain_figure(metric, gain.low),
                     gain_figure(metric, gain.high));
}

ComparisonTable comparison_table(const ComparisonData& data) {
  const std::vector<Entry> list = entries(data);
  const bool points = metrics::is_share(data.metric);
  const std::string name = metrics::metric_title(data.metric);
  ComparisonTable table;
  table.rows.resize(list.size());
  for (const Entry& entry : list) {
    const bool won = entry.method != nullptr && entry.method->name == data.winner;
    table.is_winner.push_back(won && data.winner != kControlName);
  }
  add_column(&table, list, "method", name_of);
  add_column(&table, list, points ? "validation" : "validation " + name, [&](const Entry& entry) -> std::string {
    if (entry.method == nullptr || entry.is_int8) return "";
    return score_text(data.metric)(validation_mean(*entry.method));
  });
  add_column(&table, list, "test " + name, [&](const Entry& entry) { return score_figures(data, entry.score->test); });
  add_column(&table, list, points ? "gain, points" : "gain, less " + name, [&](const Entry& entry) {
    return entry.score->gain ? gain_figures(data.metric, *entry.score->gain) : std::string();
  });
  add_column(&table, list, "way to teacher", [&](const Entry& entry) {
    const bool counts = entry.method != nullptr && !entry.is_int8;
    const auto share = counts ? way_to_teacher(data, *entry.method) : std::nullopt;
    return share ? format_percent(*share) : std::string();
  });
  add_column(&table, list, "RMSE",
             [](const Entry& entry) { return entry.score->rmse ? format_number(*entry.score->rmse) : std::string(); });
  add_column(&table, list, "NASA score", [](const Entry& entry) {
    return entry.score->nasa_score ? format_number(*entry.score->nasa_score) : std::string();
  });
  add_column(&table, list, "training", [](const Entry& entry) {
    return entry.method == nullptr || entry.is_int8 ? std::string()
                                                    : format_number(seconds_mean(*entry.method)) + "\xC2\xA0s";
  });
  return table;
}

}  // namespace apprentice::report
