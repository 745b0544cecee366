// SPDX-License-Identifier: Apache-2.0
// Numbers that stand for "no value", as loggers write them.
#pragma once

#include <optional>

#include "apprentice/data/guess/table_facts.h"

namespace apprentice::data {

// -999 and its like, where it comes twice or more and lies far from all other numbers of the column.
struct MissingMark {
  double value = 0.0;
  int64_t count = 0;
};
std::optional<MissingMark> missing_mark(const ColumnFacts& column);

}  // namespace apprentice::data
