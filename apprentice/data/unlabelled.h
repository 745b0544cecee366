// SPDX-License-Identifier: Apache-2.0
// Data without answers, cut into the samples that a trained network takes.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "apprentice/data/dataset.h"
#include "apprentice/data/formats/csv_source.h"
#include "apprentice/data/formats/layout.h"

namespace apprentice::data {

struct SampleNeeds {
  Shape shape;                             // of one sample: [features], [channels, time], [channels, height, width]
  std::vector<std::string> channel_names;  // of its first axis; columns of tables are found by these; may be empty
  int64_t every = 1;                       // a reading is the mean of so many steps of the data
  int64_t stride = 0;                      // steps from one window to the next; 0 = a window's length
  CsvRoles csv;                            // how tables are written, and their groups; no other roles
  std::string samples_array;               // of npz files; "" = a guess
};

struct UnlabelledData {
  std::shared_ptr<const Dataset> samples;  // labels are -1; groups are files, or groups of them
  int64_t window_rows = 1;                 // rows of the files that a sample holds
  int64_t dropped_rows = 0;                // left out, since a value is missing
};

// `given`: one file, several, a pattern or a folder, of any format. Refuses data of another shape, naming both.
Result<UnlabelledData> load_unlabelled(const std::vector<std::string>& given, const SampleNeeds& needs);

}  // namespace apprentice::data
