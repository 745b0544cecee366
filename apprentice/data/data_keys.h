// SPDX-License-Identifier: Apache-2.0
// The tables [data] and [split] of a job, read: a plain value. docs/howto/data.md
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "apprentice/base/task.h"
#include "apprentice/data/formats/format.h"
#include "apprentice/data/labels.h"
#include "apprentice/data/selector.h"
#include "apprentice/data/split.h"

namespace apprentice::data {

struct WindowKeys {
  int64_t length = 0;         // rows; 0 = a sample is one row
  int64_t stride = 0;         // rows; 0 = length
  bool last_of_test = false;  // of each test segment only the last window
  bool skip_mixed = false;    // leave out windows whose rows have several labels
};

// What becomes of a channel that never changes in training.
enum class ConstantChannels { kRefuse, kAllow };

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
  std::string target;                   // the column that a regression learns; empty where it is derived
  ConstantChannels constant_channels = ConstantChannels::kRefuse;
};

// Mistakes stay in the Config.
DataKeys read_data_keys(Config& data, const std::string& folder);

struct DataJob {
  DataKeys keys;
  SplitPlan split;
  nlohmann::ordered_json keys_shown, split_shown;  // the tables with their defaults, for `apprentice explain` alone
};
// Of a job's tables. `folder` is where relative paths start (the job's folder); "$APPRENTICE_DATA" at the start of a
// path stands for the environment variable (default ../shared/data).
Result<DataJob> read_data_job(Config& job, const std::string& folder);

}  // namespace apprentice::data
