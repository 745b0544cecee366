// SPDX-License-Identifier: Apache-2.0
// Labels, groups, targets and attributes that stand in files of their own, one entry per row of the samples.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "apprentice/data/formats/csv.h"
#include "apprentice/data/formats/format.h"

namespace apprentice::data {

struct Sidecars {
  std::vector<std::string> labels, groups, targets, remaining_at_end;  // paths, in the order of the samples
  std::string labels_column, groups_column, targets_column;            // of CSV files with more than one column
  std::map<std::string, std::string> attributes;                       // name -> path
  CsvOptions csv;
  FileFinder finder{""};
};

// The keys labels, groups, targets, remaining_at_end, attributes_from and labels_column, groups_column, targets_column.
void read_sidecar_keys(Config& data, Config& files, const FileFinder& finder, Sidecars& sidecars);
// Adds them to the source as the columns "label", "group" and the names of the attributes, and as targets.
Status add_sidecars(const Sidecars& sidecars, Source& source);

// Appends one column of a .npy or CSV file; `column` may be "" when there is only one.
Status read_column(const std::string& path, const std::string& column, const CsvOptions& csv, RowColumn& to);
// Texts as finite numbers, naming file and row.
Result<std::vector<float>> column_numbers(const RowColumn& column, const std::string& path);

}  // namespace apprentice::data
