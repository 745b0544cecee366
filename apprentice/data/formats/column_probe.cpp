// SPDX-License-Identifier: Apache-2.0
#include "apprentice/data/formats/column_probe.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <limits>
#include <map>
#include <set>

#include "apprentice/base/files.h"
#include "apprentice/base/toml_text.h"
#include "apprentice/data/formats/csv.h"
#include "apprentice/data/formats/text_file.h"
#include "apprentice/data/labels.h"

namespace apprentice::data {
namespace {

constexpr int64_t kMostRows = 20000, kMostDistinct = 1000, kMostExamples = 32, kMostClasses = 100, kFewestRows = 50;

struct Tally {
  ColumnProbe probe;
  std::map<std::string, int64_t, std::less<>> values;  // with how often each occurs
  bool all_integers = true, all_numbers = true;
  double least = std::numeric_limits<double>::infinity(), next_least = least;  // of the numbers

  void add(std::string_view cell, const CsvReader& reader) {
    cell = trim(cell);
    if (reader.missing(cell)) {
      ++probe.missing;
      return;
    }
    double number = 0.0;
    const bool is_number = reader.number(cell, number);
    all_numbers = all_numbers && is_number;
    const bool is_whole = is_number && number == std::floor(number) && cell.find('.') == std::string_view::npos;
    all_integers = all_integers && is_whole;
    if (is_number && number < least) {
      next_least = least;
      least = number;
    } else if (is_number && number > least) {
      next_least = std::min(next_least, number);
    }
    if (const auto known = values.find(cell); known != values.end()) {
      ++known->second;
    } else if (static_cast<int64_t>(values.size()) < kMostDistinct) {
      values.emplace(cell, 1);
      if (static_cast<int64_t>(probe.examples.size()) < kMostExamples) probe.examples.emplace_back(cell);
    }
  }

  void finish() {
    probe.distinct = static_cast<int64_t>(values.size());
    probe.constant = probe.distinct == 1 && probe.missing == 0;
    probe.kind = !all_numbers || values.empty() ? ColumnProbe::Kind::kText
                 : all_integers                 ? ColumnProbe::Kind::kInteger
                                                : ColumnProbe::Kind::kNumber;
  }

  // -999 and its like, far below all other values and more than once; "" when there is none.
  std::string sentinel() const {
    static const std::set<double> kWords{-99.0, -200.0, -999.0, -9999.0, -99999.0, -999.25};
    if (!all_numbers || kWords.count(least) == 0 || next_least < 0.5 * least) return "";
    for (const auto& [text, count] : values) {
      double number = 0.0;
      if (parse_number(text, number) && number == least && count > 1) return text;
    }
    return "";
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

namespace {

// Collects what the first rows of one or several files hold.
class TableProbe {
 public:
  Status add(std::string_view text, const std::string& path, int64_t most_rows) {
    APPRENTICE_TRY(CsvReader reader, CsvReader::open(text, path, {}));
    if (tallies_.empty()) {
      tallies_.resize(reader.columns().size());
      for (size_t i = 0; i < tallies_.size(); ++i) tallies_[i].probe.name = reader.columns()[i];
      probe_.has_header = reader.has_header();
      probe_.notes = reader.notes();
    }
    std::vector<std::string_view> cells;
    for (int64_t row = 0; row < most_rows; ++row) {
      APPRENTICE_TRY(const bool more, reader.next(cells));
      if (!more) break;
      for (size_t i = 0; i < cells.size() && i < tallies_.size(); ++i) tallies_[i].add(cells[i], reader);
      ++probe_.rows;
    }
    return {};
  }

  DataProbe finish() {
    probe_.format = "csv";
    for (Tally& tally : tallies_) tally.finish();
    const int64_t most_groups = std::min(kMostDistinct - 1, std::max<int64_t>(2, probe_.rows / 2));
    probe_.group_column = column_with(tallies_, kGroupWords, most_groups);
    probe_.label_column = column_with(tallies_, kLabelWords, kMostClasses);
    if (probe_.label_column == probe_.group_column) probe_.label_column.clear();
    int64_t numbers = 0;
    for (const Tally& tally : tallies_) {
      probe_.columns.push_back(tally.probe);
      const bool is_number =
          tally.probe.kind == ColumnProbe::Kind::kInteger || tally.probe.kind == ColumnProbe::Kind::kNumber;
      numbers +=
          is_number && tally.probe.name != probe_.label_column && tally.probe.name != probe_.group_column ? 1 : 0;
      if (tally.probe.name == probe_.label_column) find_classes(tally);
    }
    probe_.sample_shape = {numbers};
    find_missing();
    return std::move(probe_);
  }

 private:
  void find_classes(const Tally& tally) {
    for (const auto& [name, count] : tally.values) probe_.class_names.push_back(name);
    std::sort(probe_.class_names.begin(), probe_.class_names.end(), number_less);
    const std::map<std::string, std::string> variants = label_variants(tally.values);
    if (variants.empty()) return;
    std::string map;
    for (const auto& [variant, name] : variants) {
      map += fmt::format("{}{} = {}", map.empty() ? "" : ", ", toml_text(variant), toml_text(name));
      probe_.class_names.erase(std::find(probe_.class_names.begin(), probe_.class_names.end(), variant));
    }
    probe_.keys.push_back({"label_map", "{ " + map + " }", "labels that differ only in case or blanks are one class"});
  }

  void find_missing() {
    std::set<std::string> sentinels;
    int64_t holes = 0;
    for (const Tally& tally : tallies_) {
      const std::string sentinel = tally.sentinel();
      if (!sentinel.empty()) sentinels.insert(sentinel);
      if (2 * tally.probe.missing < probe_.rows) holes = std::max(holes, tally.probe.missing);
    }
    std::string list;
    for (const std::string& sentinel : sentinels) list += (list.empty() ? "" : ", ") + toml_text(sentinel);
    if (!list.empty()) probe_.keys.push_back({"missing_values", "[" + list + "]", "far below all other values"});
    if (!list.empty() || holes > 0) {
      probe_.keys.push_back({"missing", "\"drop\"", "some cells are missing; such rows are left out"});
    }
  }

  std::vector<Tally> tallies_;
  DataProbe probe_;
};

}  // namespace

Result<DataProbe> probe_table(std::string_view text, const std::string& path) {
  TableProbe probe;
  APPRENTICE_CHECK(probe.add(text, path, kMostRows));
  return probe.finish();
}

Result<DataProbe> probe_tables(const std::vector<std::string>& files) {
  TableProbe table;
  std::set<std::string> folders;
  const int64_t rows = kMostRows / static_cast<int64_t>(files.size());
  for (const std::string& path : files) {
    APPRENTICE_TRY(const TextFile file, TextFile::open(path));
    APPRENTICE_CHECK(table.add(file.view(), path, std::max(kFewestRows, rows)));
    folders.insert(std::filesystem::path(path).parent_path().filename().string());
  }
  DataProbe probe = table.finish();
  if (!probe.label_column.empty() || folders.size() < 2) return probe;
  probe.label_column = "folder";
  probe.class_names.assign(folders.begin(), folders.end());
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

}  // namespace apprentice::data
