// SPDX-License-Identifier: Apache-2.0
#include "apprentice/data/formats/column_probe.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <set>

#include "apprentice/base/files.h"
#include "apprentice/data/formats/csv.h"

namespace apprentice {
namespace {

constexpr int64_t kMostRows = 20000, kMostDistinct = 1000, kMostExamples = 32, kMostClasses = 100;

struct Tally {
  ColumnProbe probe;
  std::set<std::string, std::less<>> values;
  bool all_integers = true, all_numbers = true;

  void add(std::string_view cell) {
    cell = trim(cell);
    if (is_missing(cell)) {
      ++probe.missing;
      return;
    }
    double number = 0.0;
    const bool is_number = parse_number(cell, number);
    all_numbers = all_numbers && is_number;
    const bool is_whole = is_number && number == std::floor(number) && cell.find('.') == std::string_view::npos;
    all_integers = all_integers && is_whole;
    if (static_cast<int64_t>(values.size()) >= kMostDistinct || values.count(cell) != 0) return;
    values.emplace(cell);
    if (static_cast<int64_t>(probe.examples.size()) < kMostExamples) probe.examples.emplace_back(cell);
  }

  void finish() {
    probe.distinct = static_cast<int64_t>(values.size());
    probe.constant = probe.distinct == 1 && probe.missing == 0;
    probe.kind = !all_numbers || values.empty() ? ColumnProbe::Kind::kText
                 : all_integers                 ? ColumnProbe::Kind::kInteger
                                                : ColumnProbe::Kind::kNumber;
  }
};

// Words that name an answer, best first; then words that name a machine.
const std::vector<std::string> kLabelWords{"label", "class", "target", "fault", "failure", "anomaly", "state", "type"};
const std::vector<std::string> kGroupWords{"machine", "group", "run", "unit", "engine", "recording", "device"};

bool holds_word(const std::string& name, const std::string& word) {
  std::string low(name);
  std::transform(low.begin(), low.end(), low.begin(), [](unsigned char c) { return std::tolower(c); });
  return low.find(word) != std::string::npos;
}

std::string column_with(const std::vector<Tally>& tallies, const std::vector<std::string>& words, int64_t most) {
  for (const std::string& word : words) {
    for (const Tally& tally : tallies) {
      const bool countable =
          tally.probe.kind != ColumnProbe::Kind::kNumber && tally.probe.distinct >= 2 && tally.probe.distinct <= most;
      if (countable && holds_word(tally.probe.name, word)) return tally.probe.name;
    }
  }
  return "";
}

bool number_less(const std::string& a, const std::string& b) {
  double x = 0.0, y = 0.0;
  if (parse_number(a, x) && parse_number(b, y) && x != y) return x < y;
  return a < b;
}

}  // namespace

Result<DataProbe> probe_table(std::string_view text, const std::string& path) {
  APPRENTICE_TRY(CsvReader reader, CsvReader::open(text, path, {}));
  std::vector<Tally> tallies(reader.columns().size());
  for (size_t i = 0; i < tallies.size(); ++i) tallies[i].probe.name = reader.columns()[i];
  DataProbe probe;
  probe.format = "csv";
  probe.has_header = reader.has_header();
  std::vector<std::string_view> cells;
  while (probe.rows < kMostRows) {
    APPRENTICE_TRY(const bool more, reader.next(cells));
    if (!more) break;
    for (size_t i = 0; i < cells.size(); ++i) tallies[i].add(cells[i]);
    ++probe.rows;
  }
  for (Tally& tally : tallies) tally.finish();
  const int64_t most_groups = std::min(kMostDistinct - 1, std::max<int64_t>(2, probe.rows / 2));
  probe.group_column = column_with(tallies, kGroupWords, most_groups);
  probe.label_column = column_with(tallies, kLabelWords, kMostClasses);
  if (probe.label_column == probe.group_column) probe.label_column.clear();
  int64_t numbers = 0;
  for (const Tally& tally : tallies) {
    probe.columns.push_back(tally.probe);
    const bool is_number =
        tally.probe.kind == ColumnProbe::Kind::kInteger || tally.probe.kind == ColumnProbe::Kind::kNumber;
    numbers += is_number && tally.probe.name != probe.label_column && tally.probe.name != probe.group_column ? 1 : 0;
    if (tally.probe.name != probe.label_column) continue;
    probe.class_names.assign(tally.values.begin(), tally.values.end());
    std::sort(probe.class_names.begin(), probe.class_names.end(), number_less);
  }
  probe.sample_shape = {numbers};
  return probe;
}

std::string file_column_of(std::string_view text, const std::string& path) {
  auto reader = CsvReader::open(text, path, {});
  std::vector<std::string_view> cells;
  if (!reader || !reader->has_header()) return "";
  const auto more = reader->next(cells);
  if (!more || !*more) return "";
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  for (size_t i = 0; i < cells.size(); ++i) {
    const std::string name(trim(cells[i]));
    if (name.find('.') != std::string::npos && name.size() < 4096 && file_exists((folder / name).string())) {
      return reader->columns()[i];
    }
  }
  return "";
}

}  // namespace apprentice
