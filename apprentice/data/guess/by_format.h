// SPDX-License-Identifier: Apache-2.0
// What the guesses about each kind of data share, and the kinds.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "apprentice/data/guess/attempts.h"
#include "apprentice/data/guess/data_files.h"
#include "apprentice/data/guess/guess_data.h"

namespace apprentice::data {

struct DataQuestion {
  const GuessWishes& wishes;
  const TeacherHints& teacher;
  std::string job_folder;
  DataFiles files;

  std::string here(const std::string& path) const { return path_from(job_folder, path); }
  std::string first_folder() const;
  // "[data]" with format and path, and what was left out.
  std::string opening(const char* key = "path") const;
  GuessedData try_with(const OrderGuess& order, bool has_time,
                       std::function<std::string(const Attempt&)> compose) const;
};

Result<GuessedData> guess_tables(const DataQuestion& question);      // rows of CSV files
Result<GuessedData> guess_channels(const DataQuestion& question);    // one CSV file per channel
Result<GuessedData> guess_recordings(const DataQuestion& question);  // an index of files
Result<GuessedData> guess_sounds(const DataQuestion& question);      // WAV files
Result<GuessedData> guess_arrays(const DataQuestion& question);      // npy, npz, cifar

}  // namespace apprentice::data
