// SPDX-License-Identifier: Apache-2.0
// A look into data files before there is a job: which formats exist, and what a file holds.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "apprentice/base/error.h"
#include "apprentice/base/tensor.h"

namespace apprentice::data {

struct DataFormatInfo {
  std::string name, summary;
};
// Every format a job may name, sorted by name.
std::vector<DataFormatInfo> data_formats();

struct ColumnProbe {
  enum class Kind { kInteger, kNumber, kText, kFile };
  std::string name;
  Kind kind = Kind::kNumber;
  int64_t distinct = 0;  // counted up to 1000
  int64_t missing = 0;
  bool constant = false;
  std::vector<std::string> examples;  // the first distinct values, at most 32, in order of appearance
};

struct DataKeyProbe {
  std::string key, value;  // of [data]; value as TOML text: "\"labels.npy\""
  std::string reason;      // goes into the comment
};

struct DataProbe {
  std::string format;                    // "csv"
  std::string path;                      // of [data]: as given, a file, a pattern or a folder
  int64_t files = 1;                     // that the path names
  int64_t rows = 0;                      // rows read; of recordings, of the first file
  bool has_header = false;               // csv
  std::vector<ColumnProbe> columns;      // csv and the index of recordings
  Shape sample_shape;                    // of one row or image; of recordings, [channels]
  std::string label_column;              // the column that looks like a class; "" when none does
  std::string group_column;              // the column that looks like a machine, run or unit; "" when none does
  std::string file_column;               // recordings: the column that names files
  std::vector<std::string> class_names;  // values of the label column, sorted
  double sample_rate_hz = 0.0;           // of sound; 0 = unknown
  std::vector<DataKeyProbe> keys;        // what [data] has to say beside path, label and group
  std::vector<std::string> notes;        // what the user should know of the files: clauses
};

// Finds the format from the name and the first bytes, reads the file (of CSV at most 20,000 rows) and guesses. `path`
// may be a pattern or a folder: sound, tables or arrays, one recording per file, with classes as folders perhaps.
// Errors: unreadable, of no known format (with the known ones), or damaged.
Result<DataProbe> probe_data(const std::string& path);

}  // namespace apprentice::data
