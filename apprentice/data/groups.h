// SPDX-License-Identifier: Apache-2.0
// Groups: which rows belong to the same recording, machine, run or engine.
#pragma once

#include <string>
#include <vector>

#include "apprentice/data/source.h"

namespace apprentice::data {

struct Groups {
  std::vector<std::string> names;
  std::vector<Attributes> attributes;
  std::vector<int32_t> attributes_of;  // per group, into attributes
  bool rows_stand_alone = false;       // group = row
};

enum class Loners { kRows, kSegments };  // what is a group when the job names no group column

// Cuts the segments so that each lies in one group, sorting the rows of one file by group (stably) where groups are
// mixed, and sets Segment::group. Groups of files given for different sides are kept apart ("train:3", "test:3").
Groups form_groups(Source& source, Loners loners);
// Rows of each segment must have a time_column that never falls.
Status check_time_order(const Source& source);
// targets = rows of the same group that follow (plus remaining_at_end of the group), at most `cap`.
Status derive_remaining(Source& source, double cap);

}  // namespace apprentice::data
