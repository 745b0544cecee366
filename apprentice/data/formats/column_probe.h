// SPDX-License-Identifier: Apache-2.0
// What the columns of a table look like: numbers, texts, files; which one may be the label.
#pragma once

#include <string>
#include <string_view>

#include "apprentice/data/probe.h"

namespace apprentice {

// Reads up to 20,000 rows.
Result<DataProbe> probe_table(std::string_view text, const std::string& path);
// Name of the column of a table whose first entry is a file that exists beside `path`; "" when there is none.
std::string file_column_of(std::string_view text, const std::string& path);

}  // namespace apprentice
