// SPDX-License-Identifier: Apache-2.0
// The [data] table of a job, apart from what its format reads. docs/howto/data.md
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "apprentice/base/task.h"
#include "apprentice/data/formats/format.h"
#include "apprentice/data/labels.h"
#include "apprentice/data/selector.h"

namespace apprentice::data {

struct WindowKeys {
  int64_t length = 0;         // rows; 0 = a sample is one row
  int64_t stride = 0;         // rows; 0 = length
  bool last_of_test = false;  // of each test segment only the last window
  bool skip_mixed = false;    // leave out windows whose rows have several labels
};

struct DataKeys {
  TaskKind task = TaskKind::kClassification;
  std::string place;
  std::vector<std::pair<int, SourceLoader>> loaders;  // side (-1 = the split decides) and its files
  bool files_per_side = false;
  bool whole_recordings = false;  // without [data.window], a sample is a whole recording
  LabelOptions labels;
  Selector where;
  WindowKeys window;
  bool cross_time_gaps = false;
  Shape sample_shape;                   // empty = as it comes
  std::optional<double> remaining_cap;  // set: targets are the remaining cycles
};

// Mistakes stay in the Config.
DataKeys read_data_keys(Config& data, const std::string& folder);

}  // namespace apprentice::data
