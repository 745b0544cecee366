// SPDX-License-Identifier: Apache-2.0
// A look at the columns of a table, for `apprentice new`.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "apprentice/data/probe.h"

namespace apprentice::data {

// Kinds, distinct values and gaps of every column over the first rows, and which column looks like class and group.
Result<DataProbe> probe_table(std::string_view text, const std::string& path);
// The same over several files of one make, at most 20,000 rows in all; where no column looks like a class and the files
// lie in several folders, the folder is it.
Result<DataProbe> probe_tables(const std::vector<std::string>& files);

// The column whose first value names a file beside `path`; "" when there is none.
std::string file_column_of(std::string_view text, const std::string& path);

}  // namespace apprentice::data
