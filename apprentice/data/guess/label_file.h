// SPDX-License-Identifier: Apache-2.0
// Labels, or values to predict, of a table that stand in a file of their own: named by the user, or found beside it.
#pragma once

#include <optional>
#include <string>

#include "apprentice/data/guess/by_format.h"

namespace apprentice::data {

struct LabelFile {
  std::string path;
  std::string column_name;  // of a file with several; "" = it has one
  std::string reason;
  ColumnFacts facts;  // named as the loader names them: "label"
};

// Nothing where a column is named, or none lies beside the table. Refuses a named file that has not one entry for each
// row.
Result<std::optional<LabelFile>> find_label_file(const DataQuestion& question, const TableFacts& table);

}  // namespace apprentice::data
