// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "apprentice/data/guess/by_format.h"
#include "apprentice/data/guess/label_file.h"

namespace apprentice::data {
namespace {

bool is_sure(const RoleGuess& roles) {
  return roles.answer_reason == "by its name" || roles.answer_reason == "as asked";
}

// Where the files lie in several folders, those are the classes, unless a column is named like one.
Result<RoleGuess> roles_of(const DataQuestion& question, const TableFacts& table) {
  APPRENTICE_TRY(RoleGuess roles, guess_roles(table, question.wishes, question.teacher));
  if (question.files.folders.size() < 2 || is_sure(roles) || question.wishes.task == TaskKind::kRegression)
    return roles;
  GuessWishes by_folder = question.wishes;
  by_folder.label = "folder";
  APPRENTICE_TRY(roles, guess_roles(table, by_folder, question.teacher));
  roles.answer_reason = fmt::format("the name of the folder, {} of them", question.files.folders.size());
  return roles;
}

Result<RoleGuess> roles_with_file(const DataQuestion& question, const LabelFile& file, const TableFacts& table) {
  GuessWishes wishes = question.wishes;
  (wishes.target.empty() ? wishes.label : wishes.target) = file.facts.name;
  APPRENTICE_TRY(RoleGuess roles, guess_roles(table, wishes, question.teacher));
  roles.answer_file = question.here(file.path);
  roles.answer_column = file.column_name;
  roles.answer_reason = file.reason;
  return roles;
}

// Labels in a file of their own that nobody named stand behind a column that is named like a label.
Result<RoleGuess> roles_and_file(const DataQuestion& question, TableFacts& table) {
  APPRENTICE_TRY(const std::optional<LabelFile> file, find_label_file(question, table));
  if (!file) return roles_of(question, table);
  if (question.wishes.label.empty() && question.wishes.target.empty()) {
    APPRENTICE_TRY(RoleGuess without, roles_of(question, table));
    if (is_sure(without)) return without;
  }
  table.columns.push_back(file->facts);
  return roles_with_file(question, *file, table);
}

// Units that are counted from 1 in every file are others in every file.
void tell_files_apart(const TableFacts& table, RoleGuess& roles) {
  const bool counted = roles.group.size() == 1 && roles.group_reason.find("starts again") != std::string::npos;
  if (table.paths.size() > 1 && counted) roles.group.insert(roles.group.begin(), "file");
}

std::string table_opening(const DataQuestion& question, const TableFacts& table, const HeaderGuess& header) {
  std::string text = question.opening();
  if (!header.key.empty()) text += fmt::format("{:<24} # {}\n", header.key, header.reason);
  if (!table.has_header)
    text +=
        comment_lines(fmt::format("Without a header the columns are named {} to {}; column_names = [...] names them.",
                                  table.columns.front().name, table.columns.back().name));
  if (!table.whole) text += comment_lines(fmt::format("The guesses are made from {} rows.", table.rows));
  return text;
}

DatasetInfo expected_info(const RoleGuess& roles, int64_t window) {
  DatasetInfo info;
  info.task = roles.task;
  info.channel_names = roles.inputs;
  info.sample_shape = {std::max<int64_t>(1, static_cast<int64_t>(roles.inputs.size()))};
  if (window > 0) info.sample_shape.push_back(window);
  return info;
}

}  // namespace

Result<GuessedData> guess_tables(const DataQuestion& question) {
  const DataFiles& files = question.files;
  APPRENTICE_TRY(const HeaderGuess header, guess_header(files.files.front()));
  APPRENTICE_TRY(TableFacts table, look_into_tables(files.files, header.options));
  if (table.rows == 0)
    return bad_input(files.files.front(), "has no rows below its header; rows of samples were expected");
  APPRENTICE_TRY(RoleGuess roles, roles_and_file(question, table));
  tell_files_apart(table, roles);
  const OrderGuess order = guess_order(table, roles, question.wishes, question.teacher);
  const std::string start = table_opening(question, table, header);
  const ColumnFacts* label = table.find(roles.label);
  const auto compose = [&](const Attempt& attempt) {
    RoleGuess now = roles;
    for (const std::string& name : attempt.constant) now.ignored.push_back({name, "constant in the rows that train"});
    OrderGuess told = order;
    if (attempt.window == 0 || attempt.split.by == SplitGuess::By::kTimeInClasses) told.notes.clear();
    std::string text = start + role_lines(now, told, attempt.split, attempt.time);
    if (label != nullptr) text += label_lines(*label, question.first_folder(), question.job_folder);
    text += number_lines(table, now) + window_lines(attempt.window, attempt.stride, order);
    return text + split_lines(attempt.split);
  };
  GuessedData guessed = question.try_with(order, !roles.time.empty(), compose);
  if (!guessed.splits) guessed.info = expected_info(roles, order.window);
  return guessed;
}

}  // namespace apprentice::data
