// SPDX-License-Identifier: Apache-2.0
#include "apprentice/data/formats/sidecars.h"

#include <algorithm>
#include <cmath>

#include "apprentice/base/nearest.h"
#include "apprentice/data/formats/npy.h"
#include "apprentice/data/formats/text_file.h"

namespace apprentice::data {
namespace {

Result<RowColumn> read_all(const std::vector<std::string>& paths, const std::string& column, const Sidecars& sidecars) {
  RowColumn texts;
  APPRENTICE_TRY(const std::vector<std::string> found, sidecars.finder.find_all(paths));
  for (const std::string& path : found) APPRENTICE_CHECK(read_column(path, column, sidecars.csv, texts));
  return texts;
}

// Programs that write the samples under a header 0, 1, 2, ... write the labels under a header 0.
RowColumn without_numbered_header(RowColumn texts, const std::string& path, Source& source) {
  if (!source.has_numbered_header || texts.size() != source.rows + 1 || texts.at(0) != "0") return texts;
  RowColumn rows;
  for (int64_t row = 1; row < texts.size(); ++row) rows.append(texts.at(row));
  source.notes.push_back(fmt::format("the first line of {} ('0') is a header", file_name(path)));
  return rows;
}

Status check_rows(const RowColumn& column, const std::string& path, const Source& source) {
  if (column.size() == source.rows) return {};
  return bad_input(path, "there are {} entries, but {} has {} rows; expected one entry per row", column.size(),
                   source.place, source.rows);
}

Status add(const std::vector<std::string>& paths, const std::string& column, const std::string& name,
           const Sidecars& sidecars, Source& source) {
  APPRENTICE_TRY(RowColumn texts, read_all(paths, column, sidecars));
  texts = without_numbered_header(std::move(texts), paths.front(), source);
  APPRENTICE_CHECK(check_rows(texts, paths.front(), source));
  source.columns[name] = std::move(texts);
  return {};
}

}  // namespace

void read_sidecar_keys(Config& data, Config& files, const FileFinder& finder, Sidecars& sidecars) {
  sidecars.finder = finder;
  files.read("labels", sidecars.labels).read("groups", sidecars.groups).read("targets", sidecars.targets);
  files.read("remaining_at_end", sidecars.remaining_at_end);
  data.read("labels_column", sidecars.labels_column);
  data.read("groups_column", sidecars.groups_column);
  data.read("targets_column", sidecars.targets_column);
  Config& attributes = files.table("attributes_from");
  for (const std::string& name : attributes.keys()) attributes.read(name, sidecars.attributes[name]);
}

Status add_sidecars(const Sidecars& sidecars, Source& source) {
  if (!sidecars.labels.empty()) {
    APPRENTICE_CHECK(add(sidecars.labels, sidecars.labels_column, "label", sidecars, source));
    source.label_column = "label";
  }
  if (!sidecars.groups.empty()) {
    APPRENTICE_CHECK(add(sidecars.groups, sidecars.groups_column, "group", sidecars, source));
    source.group_columns = {"group"};
  }
  for (const auto& [name, path] : sidecars.attributes) {
    APPRENTICE_CHECK(add({path}, "", name, sidecars, source));
  }
  if (!sidecars.targets.empty()) {
    APPRENTICE_TRY(RowColumn texts, read_all(sidecars.targets, sidecars.targets_column, sidecars));
    texts = without_numbered_header(std::move(texts), sidecars.targets.front(), source);
    APPRENTICE_CHECK(check_rows(texts, sidecars.targets.front(), source));
    APPRENTICE_TRY(source.targets, column_numbers(texts, sidecars.targets.front()));
  }
  if (!sidecars.remaining_at_end.empty()) {
    APPRENTICE_TRY(const RowColumn texts, read_all(sidecars.remaining_at_end, "", sidecars));
    APPRENTICE_TRY(source.remaining_at_end, column_numbers(texts, sidecars.remaining_at_end.front()));
  }
  return {};
}

Status read_column(const std::string& path, const std::string& column, const CsvOptions& csv, RowColumn& to) {
  if (ending_of(path) == ".npy") {
    APPRENTICE_TRY(const NpyArray array, read_npy(path));
    if (!is_one_per_row(array)) {
      return bad_input(path, "the array has shape {}; expected [rows], or one-hot rows (a single 1, else 0)",
                       to_string(array.shape));
    }
    for (const std::string& text : npy_row_texts(array)) to.append(text);
    return {};
  }
  APPRENTICE_TRY(const TextFile file, TextFile::open(path));
  APPRENTICE_TRY(CsvReader reader, CsvReader::open(file.view(), path, csv));
  const auto& names = reader.columns();
  const auto found = column.empty() ? names.begin() : std::find(names.begin(), names.end(), column);
  if (found == names.end() || (column.empty() && names.size() > 1)) {
    return bad_input(path, "{}; {}",
                     column.empty() ? "the file has several columns; say which one with labels_column, groups_column "
                                      "or targets_column"
                                    : "there is no column '" + column + "'",
                     known_names("columns", names, column));
  }
  const auto index = static_cast<size_t>(found - names.begin());
  std::vector<std::string_view> cells;
  while (true) {
    APPRENTICE_TRY(const bool more, reader.next(cells));
    if (!more) return {};
    if (reader.missing(cells[index])) return bad_input(reader.place(), "column '{}' is missing", names[index]);
    to.append(trim(cells[index]));
  }
}

Result<std::vector<float>> column_numbers(const RowColumn& column, const std::string& path) {
  std::vector<float> numbers;
  numbers.reserve(static_cast<size_t>(column.size()));
  for (int64_t row = 0; row < column.size(); ++row) {
    double value = 0.0;
    if (!parse_number(column.at(row), value) || !std::isfinite(static_cast<float>(value))) {
      return bad_input(path, "entry {} is '{}'; expected a finite number", row + 1, column.at(row));
    }
    numbers.push_back(static_cast<float>(value));
  }
  return numbers;
}

}  // namespace apprentice::data
