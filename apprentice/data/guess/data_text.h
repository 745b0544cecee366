// SPDX-License-Identifier: Apache-2.0
// Guesses as lines of a job.
#pragma once

#include <string>
#include <vector>

#include "apprentice/base/toml_text.h"
#include "apprentice/data/guess/data_files.h"
#include "apprentice/data/guess/guess.h"

namespace apprentice::data {

std::string toml_list(const std::vector<std::string>& texts);  // "\"a\"", or "[\"a\", \"b\"]"
// "key = value          # comment\n"
std::string job_line(const std::string& key, const std::string& value, const std::string& comment);
// "# comment\n", broken into lines of at most 120 characters.
std::string comment_lines(const std::string& comment);

// What is said of the values of a label: classes, ignore_labels, label_map. `folder` may hold a file of class names.
std::string label_lines(const ColumnFacts& label, const std::string& folder, const std::string& job_folder);

// The keys of [data] that give columns their roles. `use_time`: whether the time is named, or left out.
enum class UseTime { kYes, kNo };
std::string role_lines(const RoleGuess& roles, const OrderGuess& order, const SplitGuess& split, UseTime time);
// [data.numbers] of flags, and of texts as a comment.
std::string number_lines(const TableFacts& table, const RoleGuess& roles);
std::string window_lines(int64_t window, int64_t stride, const OrderGuess& order);
std::string split_lines(const SplitGuess& split);

// A path from the current folder as one from the job's folder.
std::string path_from(const std::string& job_folder, const std::string& path);

}  // namespace apprentice::data
