// SPDX-License-Identifier: Apache-2.0
#include "apprentice/data/guess/label_file.h"

#include <algorithm>
#include <filesystem>

#include "apprentice/base/files.h"
#include "apprentice/data/formats/array_probe.h"
#include "apprentice/data/formats/sidecars.h"
#include "apprentice/data/guess/column_words.h"

namespace apprentice::data {
namespace {

constexpr const char* kLabel = "label";

// The last column that is named like a label, else the last; "" where there is one.
Result<std::string> label_column(const std::string& path) {
  if (ending_of(path) == ".npy") return std::string();
  APPRENTICE_TRY(const TableFacts table, look_into_tables({path}, {}));
  if (table.columns.size() == 1) return std::string();
  const auto named = std::find_if(table.columns.rbegin(), table.columns.rend(),
                                  [](const ColumnFacts& column) { return label_rank(column.name) >= 0; });
  return named != table.columns.rend() ? named->name : table.columns.back().name;
}

Result<LabelFile> read_label_file(const std::string& path, const TableFacts& table) {
  LabelFile file;
  file.path = path;
  APPRENTICE_TRY(file.column_name, label_column(path));
  RowColumn column;
  APPRENTICE_CHECK(read_column(path, file.column_name, {}, column));
  std::vector<std::string> cells;
  for (int64_t row = 0; row < column.size(); ++row) cells.push_back(column.at(row));
  // Programs that write a table under a header 0, 1, 2, ... write its labels under a header 0.
  const bool headed = static_cast<int64_t>(cells.size()) == table.rows + 1 && cells.front() == "0" && table.find("0");
  if (headed) cells.erase(cells.begin());
  const auto count = static_cast<int64_t>(cells.size());
  if (table.whole ? count != table.rows : count < table.rows)
    return bad_input(path, "has {} entries, but {} has {} rows; one for each row is expected", count,
                     table.paths.front(), table.rows);
  cells.resize(static_cast<size_t>(table.rows));
  file.facts = facts_of_texts(kLabel, cells);
  return file;
}

}  // namespace

Result<std::optional<LabelFile>> find_label_file(const DataQuestion& question, const TableFacts& table) {
  const GuessWishes& wishes = question.wishes;
  const std::string& wish = wishes.target.empty() ? wishes.label : wishes.target;
  if (table.find(kLabel) != nullptr || (!wish.empty() && (table.find(wish) != nullptr || !file_exists(wish))))
    return std::optional<LabelFile>();
  if (!wish.empty()) {
    APPRENTICE_TRY(LabelFile file, read_label_file(wish, table));
    file.reason = "as asked";
    return std::optional<LabelFile>(std::move(file));
  }
  if (table.paths.size() != 1) return std::optional<LabelFile>();
  const std::filesystem::path of(table.paths.front());
  for (const std::string& name : label_names(of.stem().string())) {
    for (const std::string& ending : {of.extension().string(), std::string(".npy")}) {
      const std::string path = (of.parent_path() / (name + ending)).string();
      if (!file_exists(path)) continue;
      auto file = read_label_file(path, table);
      if (!file) continue;  // it belongs to something else
      file->reason = fmt::format("a guess: {} has one for each row", file_name(path));
      return std::optional<LabelFile>(std::move(*file));
    }
  }
  return std::optional<LabelFile>();
}

}  // namespace apprentice::data
