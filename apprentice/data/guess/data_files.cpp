// SPDX-License-Identifier: Apache-2.0
#include "apprentice/data/guess/data_files.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <map>
#include <set>

#include "apprentice/base/config.h"
#include "apprentice/base/file_kind.h"
#include "apprentice/base/files.h"
#include "apprentice/base/utf8.h"
#include "apprentice/data/formats/format.h"
#include "apprentice/data/formats/text_file.h"

namespace apprentice::data {
namespace {

namespace fs = std::filesystem;
constexpr size_t kMostFiles = 100'000;
constexpr int kDeepest = 3;         // folders below the one given
constexpr int64_t kLeastSteps = 8;  // columns of a file that may be one channel

// Name of the format that reads the file; "" when there is none.
std::string format_of(const std::string& path) {
  const auto file = MappedFile::open(path);
  if (!file) return "";
  const std::string head(file->view().substr(0, 8192));
  for (const DataFormat& format : format_table()) {
    if (format.detect(path, head)) return format.name;
  }
  return "";
}

void walk(const std::string& folder, int depth, std::vector<std::string>& files) {
  std::error_code error;
  std::vector<std::string> names;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, error)) {
    names.push_back(entry.path().filename().string());
  }
  std::sort(names.begin(), names.end());
  for (const std::string& name : names) {
    const std::string path = folder + "/" + name;
    if (name.front() == '.' || files.size() >= kMostFiles || find_not_utf8(name) != std::string::npos) continue;
    if (fs::is_directory(path, error)) {
      if (depth < kDeepest) walk(path, depth + 1, files);
    } else {
      files.push_back(path);
    }
  }
}

std::string folder_of(const std::string& path) {
  const std::string folder = fs::path(path).parent_path().string();
  return folder.empty() ? "." : folder;
}

// The files as a job names them: "folder/*.csv" where that means all of these and no others.
std::vector<std::string> patterns_of(const std::vector<std::string>& files) {
  std::map<std::pair<std::string, std::string>, std::vector<std::string>> together;
  for (const std::string& file : files)
    together[{folder_of(file), fs::path(file).extension().string()}].push_back(file);
  std::vector<std::string> patterns;
  for (const auto& [where, members] : together) {
    const auto& [folder, ending] = where;
    int64_t there = 0;
    for (const std::string& name : list_folder(folder)) there += fs::path(name).extension().string() == ending ? 1 : 0;
    if (members.size() > 1 && there == static_cast<int64_t>(members.size())) {
      const bool here = folder == "." && members.front().substr(0, 2) != "./";
      patterns.push_back((here ? "" : folder + "/") + "*" + ending);
    } else {
      patterns.insert(patterns.end(), members.begin(), members.end());
    }
  }
  return patterns;
}

std::vector<std::string> folder_names(const std::vector<std::string>& files) {
  std::set<std::string> names;
  for (const std::string& file : files) names.insert(fs::path(file).parent_path().filename().string());
  return {names.begin(), names.end()};
}

bool has_ending(const std::string& path, const std::vector<std::string>& endings) {
  return std::find(endings.begin(), endings.end(), ending_of(path)) != endings.end();
}

// Keeps the tables whose columns most files have.
void keep_same_columns(DataFiles& data) {
  std::map<std::vector<std::string>, std::vector<std::string>> of_columns;
  for (const std::string& file : data.files) {
    const auto opened = guess_header(file);
    const auto mapped = TextFile::open(file);
    if (!opened || !mapped) {
      data.left_out.push_back({file, opened ? mapped.error().message : opened.error().message});
      continue;
    }
    const auto reader = CsvReader::open(mapped->view(), file, opened->options);
    if (!reader) {
      data.left_out.push_back({file, reader.error().message});
      continue;
    }
    of_columns[reader->columns()].push_back(file);
  }
  const auto most = std::max_element(of_columns.begin(), of_columns.end(), [](const auto& a, const auto& b) {
    return std::make_pair(a.second.size(), a.first.size()) < std::make_pair(b.second.size(), b.first.size());
  });
  if (most == of_columns.end()) return;
  for (const auto& [columns, files] : of_columns) {
    if (&columns == &most->first) continue;
    for (const std::string& file : files) {
      data.left_out.push_back({file, fmt::format("{} columns, not the same as in the others", columns.size())});
    }
  }
  data.files = most->second;
}

// Lines of one file per channel: without header, and with as many long lines as the others.
bool look_like_channels(const std::vector<std::string>& files) {
  if (files.size() < 2 || files.size() > 64) return false;
  int64_t lines = -1;
  for (const std::string& path : files) {
    const auto file = TextFile::open(path);
    if (!file) return false;
    auto reader = CsvReader::open(file->view(), path, {});
    if (!reader || reader->has_header() || static_cast<int64_t>(reader->columns().size()) < kLeastSteps) return false;
    const auto here = std::count(file->view().begin(), file->view().end(), '\n');
    if (lines >= 0 && here != lines) return false;
    lines = here;
  }
  return true;
}

// Of the arrays in a folder the one whose labels are found.
void keep_labelled(DataFiles& data) {
  const auto tells = [](const DataKeyProbe& key) { return key.key == "labels" || key.key == "targets"; };
  std::string best;
  int64_t size = -1;
  for (const std::string& file : data.files) {
    const auto probe = probe_data(file);
    if (!probe || std::none_of(probe->keys.begin(), probe->keys.end(), tells)) continue;
    const int64_t here = probe->rows * element_count(probe->sample_shape);
    if (here <= size) continue;
    best = file;
    size = here;
  }
  if (best.empty()) best = data.files.front();
  for (const std::string& file : data.files) {
    if (file != best) data.left_out.push_back({file, "not the largest array with labels"});
  }
  data.files = {best};
}

void find_recordings(DataFiles& data);

// A table that names recordings in the folder, or below it.
std::string index_among(const std::vector<std::string>& tables) {
  constexpr size_t kMostTables = 20;
  for (size_t i = 0; i < tables.size() && i < kMostTables; ++i) {
    DataFiles data;
    data.files = {tables[i]};
    find_recordings(data);
    if (!data.file_column.empty()) return tables[i];
  }
  return "";
}

// What the first of the files is whose kind is known, to end a sentence; "" where there is none.
std::string first_kind(const std::vector<std::string>& files) {
  for (const std::string& path : files) {
    const auto file = MappedFile::open(path);
    const std::string kind = file ? foreign_kind(file->view().substr(0, 8192)) : "";
    if (!kind.empty()) return fmt::format("; {} is {}", path, kind);
  }
  return "";
}

// What one format reads out of a folder.
Result<DataFiles> choose_in_folder(const std::string& folder) {
  std::vector<std::string> files;
  walk(folder, 0, files);
  std::map<std::string, std::vector<std::string>> of_format;
  for (const std::string& file : files) {
    const std::string format = format_of(file);
    if (!format.empty()) of_format[format].push_back(file);
  }
  DataFiles data;
  data.reason = "what lies in the folder";
  auto& tables = of_format["csv"];
  const auto is_table = [](const std::string& path) { return has_ending(path, {".csv", ".tsv"}); };
  if (std::any_of(tables.begin(), tables.end(), is_table)) {
    tables.erase(std::remove_if(tables.begin(), tables.end(), [&](const std::string& path) { return !is_table(path); }),
                 tables.end());
  }
  if (const std::string index = index_among(tables); !index.empty()) of_format["recordings"].push_back(index);
  size_t most = 0;
  for (const auto& [format, members] : of_format) {
    const size_t weight = format == "recordings" && !members.empty() ? kMostFiles : members.size();
    if (weight <= most) continue;
    most = weight;
    data.format = format;
    data.files = members;
  }
  if (data.files.empty()) {
    std::vector<std::string> names;
    for (const DataFormat& format : format_table()) names.emplace_back(format.name);
    return bad_input(folder, "no file in this folder is of a format that is read here; {}{}",
                     known_names("formats", names), first_kind(files));
  }
  if (data.format == "recordings") {
    if (data.files.size() > 1) data.files.resize(1);
    data.reason = "an index that names the recordings";
  }
  return data;
}

// The folders beside that of a recording hold the other classes.
std::vector<std::string> recordings_beside(const std::string& path) {
  const fs::path folder = fs::absolute(path).parent_path();
  std::vector<std::string> files;
  std::error_code error;
  for (const std::string& name : list_folder(folder.string())) {
    if (ending_of(name) == ".wav") files.push_back((fs::path(path).parent_path() / name).string());
  }
  const fs::path above = fs::path(path).parent_path().has_parent_path() ? fs::path(path).parent_path().parent_path()
                                                                        : fs::path(path).parent_path() / "..";
  std::vector<std::string> others;
  for (const fs::directory_entry& entry : fs::directory_iterator(above.empty() ? fs::path("..") : above, error)) {
    if (!entry.is_directory(error) || entry.path().filename() == folder.filename()) continue;
    for (const std::string& name : list_folder(entry.path().string())) {
      if (ending_of(name) == ".wav") others.push_back((entry.path() / name).string());
    }
  }
  std::sort(others.begin(), others.end());
  files.insert(files.end(), others.begin(), others.end());
  return others.empty() ? std::vector<std::string>{path} : files;
}

// A table whose column names recordings beside it, or in a folder beside it.
void find_recordings(DataFiles& data) {
  const std::string& index = data.files.front();
  const auto file = TextFile::open(index);
  if (!file) return;
  auto reader = CsvReader::open(file->view(), index, {});
  std::vector<std::string_view> cells;
  if (!reader || !reader->has_header()) return;
  const auto more = reader->next(cells);
  if (!more || !*more) return;
  std::error_code error;
  std::vector<std::string> folders{""};
  for (const fs::directory_entry& entry : fs::directory_iterator(folder_of(index), error)) {
    if (entry.is_directory(error)) folders.push_back(entry.path().filename().string());
  }
  std::sort(folders.begin(), folders.end());
  for (const std::string& folder : folders) {
    for (size_t i = 0; i < cells.size(); ++i) {
      const std::string name(trim(cells[i]));
      if (name.size() > 4096 || !has_ending(name, {".npy", ".wav", ".csv", ".txt", ".tsv", ".dat"})) continue;
      if (!file_exists((fs::path(folder_of(index)) / folder / name).string())) continue;
      data.format = "recordings";
      data.file_column = reader->columns()[i];
      data.recordings_folder = folder;
      return;
    }
  }
}

Status finish(DataFiles& data) {
  if (data.format == "recordings" || (data.format == "csv" && data.files.size() == 1)) find_recordings(data);
  if (data.format == "csv" && data.files.size() > 1) {
    keep_same_columns(data);
    data.are_channels = look_like_channels(data.files);
  }
  if (data.format == "npy" && data.files.size() > 1) keep_labelled(data);
  if (data.paths.empty()) data.paths = data.are_channels ? data.files : patterns_of(data.files);
  data.folders = folder_names(data.files);
  return {};
}

// Folders among several stand for the files that would be taken of each.
Result<std::vector<std::string>> without_folders(const std::vector<std::string>& given) {
  std::vector<std::string> files;
  for (const std::string& each : given) {
    std::error_code error;
    if (!fs::is_directory(each, error)) {
      files.push_back(each);
      continue;
    }
    APPRENTICE_TRY(const DataFiles inside, choose_in_folder(each));
    files.insert(files.end(), inside.files.begin(), inside.files.end());
  }
  return files;
}

Result<DataFiles> choose_of_files(const std::vector<std::string>& given) {
  const FileFinder finder("");
  DataFiles data;
  APPRENTICE_TRY(const std::vector<std::string> named, without_folders(given));
  APPRENTICE_TRY(data.files, finder.find_all(named));
  for (const std::string& file : data.files) {
    std::string format = format_of(file);
    if (format.empty() || data.files.size() == 1) {
      APPRENTICE_TRY(const DataProbe probe, probe_data(file));
      format = probe.format;
    }
    if (!data.format.empty() && format != data.format) {
      return bad_input(file, "is of the format '{}', but {} is of '{}'; give files of one format", format,
                       data.files.front(), data.format);
    }
    data.format = format;
  }
  if (data.format == "wav" && data.files.size() == 1) {
    data.files = recordings_beside(data.files.front());
    if (data.files.size() > 1) data.reason = "the folders beside this one, since a folder's name is its class";
  } else if (given.size() == 1) {
    data.paths = given;
  }
  return data;
}

std::vector<double> numbers_in(const std::vector<std::string>& cells) {
  std::vector<double> numbers;
  for (const std::string& cell : cells) {
    double number = 0.0;
    if (parse_number(cell, number)) numbers.push_back(number);
  }
  return numbers;
}

// 0 1 2 3: names of columns that nobody named.
bool counts(const std::vector<double>& numbers) {
  for (size_t i = 1; i < numbers.size(); ++i) {
    if (numbers[i] != numbers[i - 1] + 1.0) return false;
  }
  return !numbers.empty() && numbers.front() == std::floor(numbers.front());
}

}  // namespace

Result<DataFiles> find_data_files(const std::vector<std::string>& given) {
  std::error_code error;
  DataFiles data;
  std::string folder = given.size() == 1 && fs::is_directory(given.front(), error) ? given.front() : "";
  if (!folder.empty()) {
    while (folder.size() > 1 && folder.back() == '/') folder.pop_back();
    APPRENTICE_TRY(data, choose_in_folder(folder));
  } else {
    APPRENTICE_TRY(data, choose_of_files(given));
  }
  const size_t before = data.files.size();
  APPRENTICE_CHECK(finish(data));
  if (data.files.size() != before && folder.empty()) data.paths = patterns_of(data.files);
  return data;
}

Result<HeaderGuess> guess_header(const std::string& path) {
  APPRENTICE_TRY(const TextFile file, TextFile::open(path));
  HeaderGuess guess;
  CsvOptions no_header;
  no_header.header = CsvOptions::Header::kNo;
  APPRENTICE_TRY(CsvReader reader, CsvReader::open(file.view(), path, no_header));
  std::vector<std::string_view> first, second;
  APPRENTICE_TRY(const bool has_first, reader.next(first));
  if (!has_first) return guess;
  const std::vector<std::string> cells(first.begin(), first.end());
  const auto more = reader.next(second);
  if (!more || !*more) return guess;
  const std::vector<std::string> next(second.begin(), second.end());
  const std::vector<double> named = numbers_in(cells), below = numbers_in(next);
  const bool all = named.size() == cells.size();
  if (all && counts(named) && named.front() <= 1.0 && named.size() > 2 && !counts(below)) {
    guess.options.header = CsvOptions::Header::kYes;
    guess.key = "header = \"yes\"";
    guess.reason = "the first line counts the columns";
  } else if (!all && named.size() > 1 && !counts(named) && below.size() == named.size()) {
    guess.options.header = CsvOptions::Header::kNo;
    guess.key = "header = \"no\"";
    guess.reason = "the first line holds numbers where the second does";
  }
  return guess;
}

}  // namespace apprentice::data
