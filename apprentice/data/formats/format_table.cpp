// SPDX-License-Identifier: Apache-2.0
// The table of data formats, made from kinds.def.
#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <filesystem>

#include "apprentice/base/file_kind.h"
#include "apprentice/base/files.h"
#include "apprentice/data/formats/find_files.h"
#include "apprentice/data/formats/format.h"
#include "apprentice/data/load.h"

namespace apprentice::data {

#define APPRENTICE_FORMAT(name) DataFormat name##_format();
#include "apprentice/data/formats/kinds.def"
#undef APPRENTICE_FORMAT

const std::vector<DataFormat>& format_table() {
  static const std::vector<DataFormat> kTable = {
#define APPRENTICE_FORMAT(name) name##_format(),
#include "apprentice/data/formats/kinds.def"
#undef APPRENTICE_FORMAT
  };
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

namespace {

// Which format the file is of, null for none.
Result<const DataFormat*> format_of(const std::string& path, std::string& head) {
  APPRENTICE_TRY(const MappedFile file, MappedFile::open(path));
  head = std::string(file.view().substr(0, 8192));
  if (head.empty()) return bad_input(path, "the file is empty");
  for (const DataFormat& format : format_table()) {
    if (format.detect(path, head)) return &format;
  }
  return nullptr;
}

// What a folder stands for: an index of recordings in it, or all files of the first kind that is there.
Result<std::vector<std::string>> files_in(const std::string& folder, std::string& path) {
  for (const std::string& name : list_folder(folder)) {
    const std::string here = folder + "/" + name;
    std::string head;
    if (ending_of(name) != ".csv" || is_folder(here)) continue;
    APPRENTICE_TRY(const DataFormat* format, format_of(here, head));
    if (format == nullptr || std::string(format->name) != "recordings") continue;
    path = here;
    return std::vector<std::string>{here};
  }
  for (const char* ending : {".wav", ".csv", ".npz", ".npy"}) {
    auto files = find_files(folder, ending);
    if (files || files.error().kind != ErrorKind::kNotFound) return files;
  }
  return fail(ErrorKind::kNotFound, folder, "no .wav, .csv, .npz or .npy file lies in this folder or below");
}

}  // namespace

Result<DataProbe> probe_data(const std::string& path) {
  std::string named = path, head;
  std::vector<std::string> files;
  if (is_folder(path)) {
    APPRENTICE_TRY(files, files_in(path, named));
  } else {
    APPRENTICE_TRY(files, find_files(path, ""));
  }
  APPRENTICE_TRY(const DataFormat* format, format_of(files.front(), head));
  if (format == nullptr) {
    std::vector<std::string> names;
    for (const DataFormat& known : format_table()) names.emplace_back(known.name);
    const std::string kind = foreign_kind(head);
    if (!kind.empty()) return bad_input(files.front(), "the file is {}", kind);
    return bad_input(files.front(), "the file is of no format that is read here; {}", known_names("formats", names));
  }
  APPRENTICE_TRY(DataProbe probe, format->probe(files));
  probe.path = named;
  probe.files = static_cast<int64_t>(files.size());
  return probe;
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

Result<std::vector<std::string>> FileFinder::find_all(const std::vector<std::string>& paths,
                                                      const std::string& ending) const {
  std::vector<std::string> found;
  for (const std::string& path : paths) {
    APPRENTICE_TRY(const auto here, find_files(find(path), ending));
    found.insert(found.end(), here.begin(), here.end());
  }
  return found;
}

}  // namespace apprentice::data
