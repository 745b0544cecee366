// SPDX-License-Identifier: Apache-2.0
#include "apprentice/data/guess/guess_data.h"

#include <filesystem>

#include "apprentice/data/guess/by_format.h"

namespace apprentice::data {

std::string DataQuestion::first_folder() const {
  const std::string folder = std::filesystem::path(files.files.front()).parent_path().string();
  return folder.empty() ? "." : folder;
}

std::string DataQuestion::opening(const char* key) const {
  constexpr size_t kMostShown = 10;
  std::vector<std::string> paths;
  for (const std::string& path : files.paths) paths.push_back(here(path));
  std::string text = "[data]\n" + job_line("format", toml_text(files.format), "");
  text += job_line(key, toml_list(paths), files.reason);
  for (size_t i = 0; i < files.left_out.size() && i < kMostShown; ++i) {
    text += comment_lines(fmt::format("Left out: {} ({})", files.left_out[i].name, files.left_out[i].reason));
  }
  if (files.left_out.size() > kMostShown)
    text += comment_lines(fmt::format("and {} more files", files.left_out.size() - kMostShown));
  return text;
}

GuessedData DataQuestion::try_with(const OrderGuess& order, bool has_time,
                                   std::function<std::string(const Attempt&)> compose) const {
  Attempts attempts;
  attempts.order = order;
  attempts.has_time = has_time;
  attempts.may_drop_window = !wishes.window;
  attempts.compose = std::move(compose);
  attempts.job_folder = job_folder;
  return try_attempts(attempts);
}

Result<GuessedData> guess_data(const std::vector<std::string>& given, const GuessWishes& wishes,
                               const TeacherHints& teacher, const std::string& job_folder) {
  DataQuestion question{wishes, teacher, job_folder, {}};
  APPRENTICE_TRY(question.files, find_data_files(given));
  if (question.files.are_channels) return guess_channels(question);
  if (question.files.format == "csv") return guess_tables(question);
  if (question.files.format == "recordings") return guess_recordings(question);
  if (question.files.format == "wav") return guess_sounds(question);
  return guess_arrays(question);
}

}  // namespace apprentice::data
