// SPDX-License-Identifier: Apache-2.0
// Columns that say the class by themselves.
#pragma once

#include <string>

#include "apprentice/data/guess/table_facts.h"

namespace apprentice::data {

// Why a column of few values gives the class away: a flag whose one value always goes with one class, or values that
// go with one class each. "" when it does not. Values that fill one or two stretches of rows may be settings of a run.
std::string giveaway(const ColumnFacts& column, const ColumnFacts& label, int64_t rows);

// Whether every class is one stretch when rows are sorted by a column of numbers.
bool splits_alone(const ColumnFacts& column, const ColumnFacts& label);

}  // namespace apprentice::data
