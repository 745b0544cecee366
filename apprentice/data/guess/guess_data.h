// SPDX-License-Identifier: Apache-2.0
// The [data] and [split] tables of a new job: guessed, written with every reason as a comment, and tried.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "apprentice/data/dataset.h"
#include "apprentice/data/guess/guess.h"

namespace apprentice::data {

struct GuessedData {
  std::string text;              // TOML; relative paths start at the job's folder
  std::optional<Splits> splits;  // what the text loads
  Error problem;                 // where it does not load: why; its place counts lines of `text` from 1, as "new job:7"
  DatasetInfo info;              // of the training side; without splits, as far as it is known
};

// `given`: one file, several files, a pattern or a folder. `job_folder`: where the job will lie. Fails only where there
// is nothing to read; a guess that does not load comes back with its problem.
Result<GuessedData> guess_data(const std::vector<std::string>& given, const GuessWishes& wishes,
                               const TeacherHints& teacher, const std::string& job_folder);

}  // namespace apprentice::data
