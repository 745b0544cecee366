// SPDX-License-Identifier: Apache-2.0
// Which files a new job reads: of a file, several files, a pattern or a folder.
#pragma once

#include <string>
#include <vector>

#include "apprentice/data/guess/guess.h"
#include "apprentice/data/probe.h"

namespace apprentice::data {

struct DataFiles {
  std::string format;
  std::vector<std::string> paths;              // as a job names them; the last part may hold *
  std::vector<std::string> files;              // that these stand for
  std::vector<std::string> folders;            // names of the folders that the files lie in
  std::vector<NamedReason> left_out;           // files that lie there, too
  bool are_channels = false;                   // csv: one file per channel, each line one sample
  std::string file_column, recordings_folder;  // of an index: which column names files, and where below it they lie
  std::string reason;                          // why these; "" where the user named them
};

// Refuses what is not there, what has no format that is read, and files of several formats.
Result<DataFiles> find_data_files(const std::vector<std::string>& given);

// How a table is to be opened: whether its first line is a header where that line alone does not tell.
struct HeaderGuess {
  CsvOptions options;
  std::string key, reason;  // header = "no"; empty where nothing has to be said
};
Result<HeaderGuess> guess_header(const std::string& path);

}  // namespace apprentice::data
