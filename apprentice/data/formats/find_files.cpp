// SPDX-License-Identifier: Apache-2.0
#include "apprentice/data/formats/find_files.h"

#include <fnmatch.h>

#include <filesystem>

#include "apprentice/base/files.h"
#include "apprentice/base/utf8.h"
#include "apprentice/data/formats/format.h"

namespace apprentice::data {
namespace {

constexpr int kDeepest = 8;
constexpr size_t kMostFiles = 1000000;

// The pattern of fnmatch(3) in which * alone is special: files are called "a[1].csv", too.
std::string only_stars(const std::string& pattern) {
  std::string escaped;
  for (const char c : pattern) {
    if (c == '?' || c == '[' || c == '\\') escaped += '\\';
    escaped += c;
  }
  return escaped;
}

Status check_name(const std::string& path, const std::string& name) {
  if (find_not_utf8(name) == std::string::npos) return {};
  return bad_input(path, "the name of this file is not UTF-8, and reports would show it; rename it");
}

// Every path that fits, part by part.
Result<std::vector<std::string>> expand(const std::filesystem::path& pattern) {
  std::vector<std::filesystem::path> here{pattern.is_absolute() ? pattern.root_path() : std::filesystem::path()};
  for (const auto& part : pattern.relative_path()) {
    std::vector<std::filesystem::path> next;
    const std::string stars = only_stars(part.string());
    for (const auto& parent : here) {
      if (part.string().find('*') == std::string::npos) {
        next.push_back(parent / part);
        continue;
      }
      for (const std::string& name : list_folder(parent.empty() ? "." : parent.string())) {
        if (fnmatch(stars.c_str(), name.c_str(), FNM_PERIOD) != 0) continue;
        next.push_back(parent / name);
        APPRENTICE_CHECK(check_name(next.back().string(), name));
      }
    }
    here = std::move(next);
  }
  std::vector<std::string> found;
  for (const auto& path : here) {
    if (file_exists(path.string()) || is_folder(path.string())) found.push_back(path.string());
  }
  return found;
}

Status add_below(const std::string& folder, const std::string& ending, int depth, std::vector<std::string>& found) {
  if (depth > kDeepest) return {};
  for (const std::string& name : list_folder(folder)) {
    const std::string path = folder + "/" + name;
    if (name.front() == '.') continue;
    if (is_folder(path)) {
      APPRENTICE_CHECK(add_below(path, ending, depth + 1, found));
    } else if (ending_of(path) == ending) {
      APPRENTICE_CHECK(check_name(path, name));
      found.push_back(path);
    }
    if (found.size() > kMostFiles) return bad_input(folder, "more than {} files lie here", kMostFiles);
  }
  return {};
}

}  // namespace

bool is_folder(const std::string& path) {
  std::error_code code;
  return std::filesystem::is_directory(path, code);
}

Result<std::vector<std::string>> find_files(const std::string& path, const std::string& ending) {
  const bool is_pattern = path.find('*') != std::string::npos;
  if (!is_pattern && (ending.empty() || !is_folder(path))) return std::vector<std::string>{path};
  std::vector<std::string> places{path}, found;
  if (is_pattern) {
    APPRENTICE_TRY(places, expand(path));
  }
  for (std::string& place : places) {
    if (!is_folder(place)) {
      found.push_back(std::move(place));
    } else if (!ending.empty()) {
      while (place.size() > 1 && place.back() == '/') place.pop_back();
      APPRENTICE_CHECK(add_below(place, ending, 0, found));
    }
  }
  if (!found.empty()) return found;
  if (is_pattern) return fail(ErrorKind::kNotFound, path, "no file fits this pattern");
  return fail(ErrorKind::kNotFound, path, "no {} file lies in this folder or below", ending);
}

}  // namespace apprentice::data
