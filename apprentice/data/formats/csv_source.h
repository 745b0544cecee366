// SPDX-License-Identifier: Apache-2.0
// CSV rows as a Source: which columns are inputs, labels, groups and so on.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "apprentice/base/config.h"
#include "apprentice/data/formats/csv.h"
#include "apprentice/data/source.h"

namespace apprentice::data {

struct CsvRoles {
  CsvOptions csv;
  std::vector<std::string> inputs;  // empty = every column that nothing below names
  std::vector<std::string> ignore, group, attributes;
  std::string label, target, time;
  enum class Missing { kRefuse, kDrop };
  Missing missing = Missing::kRefuse;
  bool transposed = false;                                       // the file has one line per channel
  std::map<std::string, std::map<std::string, double>> numbers;  // of texts in an input column
};

// The keys delimiter, header, column_names, decimal, thousands, skip_lines, skip_under_header, missing_values, inputs,
// ignore, missing, transposed and [data.numbers].
void read_csv_keys(Config& data, CsvRoles& roles);
// Numbers as from_chars reads them; messages carry file, line and column.
Result<Source> parse_csv_source(std::string_view text, const std::string& path, const CsvRoles& roles);
Result<Source> read_csv_source(const std::string& path, const CsvRoles& roles);

}  // namespace apprentice::data
