// SPDX-License-Identifier: Apache-2.0
// The table of data formats. To add one: write formats/<name>_format.cpp, declare its row here, list it.
#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <filesystem>

#include "apprentice/base/files.h"
#include "apprentice/base/utf8.h"
#include "apprentice/data/formats/format.h"
#include "apprentice/data/load.h"

namespace apprentice {

DataFormat cifar_format();
DataFormat csv_format();
DataFormat npy_format();
DataFormat npz_format();
DataFormat recordings_format();
DataFormat wav_format();

const std::vector<DataFormat>& format_table() {
  static const std::vector<DataFormat> kTable{cifar_format(), npy_format(),        npz_format(),
                                              wav_format(),   recordings_format(), csv_format()};
  return kTable;
}

const DataFormat* find_format(const std::string& name) {
  for (const DataFormat& format : format_table()) {
    if (name == format.name) return &format;
  }
  return nullptr;
}

std::vector<DataFormatInfo> data_formats() {
  std::vector<DataFormatInfo> infos;
  for (const DataFormat& format : format_table()) infos.push_back({format.name, format.summary});
  std::sort(infos.begin(), infos.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  return infos;
}

Result<DataProbe> probe_data(const std::string& path) {
  std::string head;
  {
    APPRENTICE_TRY(const MappedFile file, MappedFile::open(path));
    head = std::string(file.view().substr(0, 4096));
  }
  for (const DataFormat& format : format_table()) {
    if (format.detect(path, head)) return format.probe(path);
  }
  std::vector<std::string> names;
  for (const DataFormat& format : format_table()) names.emplace_back(format.name);
  return bad_input(path, "the file is of no format that is read here; {}", known_names("formats", names));
}

std::string ending_of(const std::string& path) {
  std::string ending = std::filesystem::path(path).extension().string();
  std::transform(ending.begin(), ending.end(), ending.begin(), [](unsigned char c) { return std::tolower(c); });
  return ending;
}

std::string resolve_path(const std::string& folder, const std::string& path) {
  static constexpr std::string_view kVariable = "$APPRENTICE_DATA";
  if (path.compare(0, kVariable.size(), kVariable) == 0) {
    const char* set = std::getenv("APPRENTICE_DATA");
    return (set != nullptr ? set : "../shared/data") + path.substr(kVariable.size());
  }
  if (path.empty() || path.front() == '/' || folder.empty()) return path;
  return folder + "/" + path;
}

std::string FileFinder::find(const std::string& path) const { return resolve_path(folder_, path); }

namespace {

// Whether `name` fits `pattern`, in which * stands for any characters. Linear time (greedy, last star only).
bool fits(std::string_view pattern, std::string_view name) {
  size_t p = 0, n = 0, star = std::string_view::npos, mark = 0;
  while (n < name.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      mark = n;
    } else if (p < pattern.size() && pattern[p] == name[n]) {
      ++p;
      ++n;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      n = ++mark;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

}  // namespace

Result<std::vector<std::string>> FileFinder::find_all(const std::vector<std::string>& paths) const {
  std::vector<std::string> found;
  for (const std::string& path : paths) {
    const std::string here = find(path);
    if (here.find('*') == std::string::npos) {
      found.push_back(here);
      continue;
    }
    const std::filesystem::path whole(here);
    const std::string parent = whole.has_parent_path() ? whole.parent_path().string() : ".";
    const size_t before = found.size();
    for (const std::string& name : list_folder(parent)) {
      if (!fits(whole.filename().string(), name)) continue;
      found.push_back(parent + "/" + name);
      if (find_not_utf8(name) == std::string::npos) continue;
      return bad_input(found.back(), "the name of this file is not UTF-8, and reports would show it; rename it");
    }
    if (found.size() == before) return fail(ErrorKind::kNotFound, here, "no file fits this pattern");
  }
  return found;
}

}  // namespace apprentice
