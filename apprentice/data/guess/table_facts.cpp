// SPDX-License-Identifier: Apache-2.0
#include "apprentice/data/guess/table_facts.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string_view>
#include <unordered_map>

#include "apprentice/base/config.h"
#include "apprentice/data/formats/text_file.h"
#include "apprentice/data/guess/time_text.h"

namespace apprentice::data {
namespace {

using Kind = ColumnFacts::Kind;

constexpr int64_t kMostCells = 8'000'000;  // read in all; some 100 MB
constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

// Seconds, milliseconds, microseconds or nanoseconds since 1970, between 2001 and 2096.
bool is_epoch(double value) {
  for (double unit = 1.0; unit <= 1e9; unit *= 1e3) {
    if (value >= 1e9 * unit && value < 4e9 * unit) return true;
  }
  return false;
}

class Tally {
 public:
  explicit Tally(std::string name) { facts_.name = std::move(name); }

  // `reader`: of the file that the cell stands in; null where it stands alone.
  void add(std::string_view cell, const CsvReader* reader) {
    cell = trim(cell);
    if (reader != nullptr ? reader->missing(cell) : is_missing(cell)) {
      ++facts_.missing;
      note_missing(cell);
      add_code(-1);
      numbers_.push_back(kNone);
      return;
    }
    ++present_;
    double number = kNone, seconds = 0.0;
    if (!(reader != nullptr ? reader->number(cell, number) : parse_number(cell, number))) {
      number = kNone;
      ++facts_.texts;
      if (facts_.odd.empty()) facts_.odd = std::string(cell.substr(0, 40));
    } else {
      all_whole_ = all_whole_ && number == std::floor(number) && std::fabs(number) < 9e15;
      all_epoch_ = all_epoch_ && is_epoch(number);
    }
    all_times_ = all_times_ && parse_time(cell, seconds);
    numbers_.push_back(all_times_ ? seconds : number);
    count(cell);
  }

  void end_file() { file_ends_.push_back(static_cast<int64_t>(numbers_.size())); }

  ColumnFacts finish() {
    facts_.epoch = present_ > 0 && all_epoch_ && facts_.texts == 0;
    facts_.kind = present_ == 0                ? Kind::kEmpty
                  : all_times_ || facts_.epoch ? Kind::kTime
                  : facts_.texts > 0           ? Kind::kText
                  : all_whole_                 ? Kind::kInteger
                                               : Kind::kNumber;
    facts_.distinct = static_cast<int64_t>(codes_of_.size()) + (too_many_ ? 1 : 0);
    if (facts_.kind == Kind::kTime) facts_.texts = 0;
    if (facts_.kind != Kind::kText) {
      facts_.numbers = std::move(numbers_);
      count_steps();
    }
    return std::move(facts_);
  }

 private:
  void note_missing(std::string_view cell) {
    auto& words = facts_.missing_words;
    if (cell.empty() || words.size() >= 8 || std::find(words.begin(), words.end(), cell) != words.end()) return;
    words.emplace_back(cell);
  }

  void count(std::string_view cell) {
    if (too_many_) return;
    if (last_ >= 0 && facts_.values[static_cast<size_t>(last_)] == cell) return add_code(last_);
    const auto [entry, is_new] = codes_of_.try_emplace(std::string(cell), static_cast<int32_t>(facts_.values.size()));
    if (is_new) facts_.values.emplace_back(cell);
    last_ = entry->second;
    add_code(last_);
    if (static_cast<int64_t>(codes_of_.size()) <= ColumnFacts::kMostValues) return;
    too_many_ = true;
    facts_.codes.clear();
    facts_.codes.shrink_to_fit();
    facts_.values.resize(32);
    last_ = -1;
  }

  void add_code(int32_t code) {
    if (!too_many_) facts_.codes.push_back(code);
  }

  void count_steps() {
    int64_t steps = 0, ones = 0, falls = 0;
    size_t row = 1;
    for (const int64_t end : file_ends_) {
      for (; row < static_cast<size_t>(end); ++row) {
        const double step = facts_.numbers[row] - facts_.numbers[row - 1];
        if (std::isnan(step)) continue;
        ++steps;
        ones += step == 1.0 ? 1 : 0;
        falls += step < 0.0 ? 1 : 0;
      }
      ++row;
    }
    if (steps == 0) return;
    facts_.share_of_one_up = static_cast<double>(ones) / static_cast<double>(steps);
    facts_.share_of_falls = static_cast<double>(falls) / static_cast<double>(steps);
  }

  ColumnFacts facts_;
  std::unordered_map<std::string, int32_t> codes_of_;
  std::vector<double> numbers_;
  std::vector<int64_t> file_ends_;
  int64_t present_ = 0;
  int32_t last_ = -1;
  bool all_whole_ = true, all_times_ = true, all_epoch_ = true, too_many_ = false;
};

Status read_one(const std::string& path, const CsvOptions& options, int64_t files, TableFacts& table,
                std::vector<Tally>& tallies) {
  APPRENTICE_TRY(const TextFile file, TextFile::open(path));
  APPRENTICE_TRY(CsvReader reader, CsvReader::open(file.view(), path, options));
  if (tallies.empty()) {
    for (const std::string& name : reader.columns()) tallies.emplace_back(name);
    for (const std::string& name : reader.columns()) table.columns.emplace_back().name = name;
    table.has_header = reader.has_header();
  }
  for (size_t i = 0; i < std::max(tallies.size(), reader.columns().size()); ++i) {
    if (i < tallies.size() && i < reader.columns().size() && table.columns[i].name == reader.columns()[i]) continue;
    return bad_input(path, "its columns are not those of {}; {}", table.paths.front(),
                     known_names("columns", reader.columns()));
  }
  const int64_t most =
      std::max<int64_t>(1000, kMostCells / std::max<int64_t>(1, static_cast<int64_t>(tallies.size()) * files));
  std::vector<std::string_view> cells;
  int64_t rows = 0;
  while (true) {
    APPRENTICE_TRY(const bool more, reader.next(cells));
    if (!more) break;
    if (rows == most) {
      table.whole = false;
      break;
    }
    for (size_t i = 0; i < cells.size(); ++i) tallies[i].add(cells[i], &reader);
    ++rows;
  }
  for (Tally& tally : tallies) tally.end_file();
  table.rows += rows;
  table.file_rows.push_back(rows);
  return {};
}

}  // namespace

const ColumnFacts* TableFacts::find(const std::string& name) const {
  for (const ColumnFacts& column : columns) {
    if (column.name == name) return &column;
  }
  return nullptr;
}

Result<TableFacts> look_into_tables(const std::vector<std::string>& paths, const CsvOptions& options) {
  TableFacts table;
  table.paths = paths;
  std::vector<Tally> tallies;
  for (const std::string& path : paths) {
    APPRENTICE_CHECK(read_one(path, options, static_cast<int64_t>(paths.size()), table, tallies));
  }
  table.columns.clear();
  for (Tally& tally : tallies) table.columns.push_back(tally.finish());
  return table;
}

ColumnFacts facts_of_texts(const std::string& name, const std::vector<std::string>& cells) {
  Tally tally(name);
  for (const std::string& cell : cells) tally.add(cell, nullptr);
  tally.end_file();
  return tally.finish();
}

TableFacts facts_of_array(const NpyArray& array, const std::vector<std::string>& labels,
                          const std::vector<std::string>& groups) {
  TableFacts table;
  table.rows = array.shape.empty() ? 0 : array.shape.front();
  table.file_rows = {table.rows};
  const int64_t columns = table.rows > 0 ? array.tensor.size() / table.rows : 0;
  const Tensor values = array.tensor.to_f32();
  for (int64_t c = 0; c < columns; ++c) {
    ColumnFacts& column = table.columns.emplace_back();
    column.name = "c" + std::to_string(c);
    column.kind = ColumnFacts::Kind::kNumber;
    column.distinct = ColumnFacts::kMostValues + 1;
    for (int64_t row = 0; row < table.rows; ++row) {
      column.numbers.push_back(static_cast<double>(values.data<float>()[row * columns + c]));
    }
  }
  const auto count = static_cast<size_t>(table.rows);
  if (labels.size() == count) table.columns.push_back(facts_of_texts("label", labels));
  if (groups.size() == count) table.columns.push_back(facts_of_texts("group", groups));
  return table;
}

}  // namespace apprentice::data
