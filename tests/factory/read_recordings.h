// SPDX-License-Identifier: Apache-2.0
// What the tests of the factory read back: the rows of index.csv and the float32 values of a recording.
#pragma once

#include <cstring>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "apprentice/base/files.h"

namespace apprentice::test {

using IndexRow = std::map<std::string, std::string>;

inline std::vector<std::string> split_commas(const std::string& line) {
  std::vector<std::string> cells;
  std::istringstream stream(line);
  for (std::string cell; std::getline(stream, cell, ',');) cells.push_back(cell);
  return cells;
}

inline std::vector<IndexRow> read_index(const std::string& folder) {
  std::istringstream stream(read_file(folder + "/index.csv").value());
  std::string line;
  std::getline(stream, line);
  const std::vector<std::string> names = split_commas(line);
  std::vector<IndexRow> rows;
  while (std::getline(stream, line)) {
    const std::vector<std::string> cells = split_commas(line);
    IndexRow row;
    for (size_t i = 0; i < names.size(); ++i) row[names[i]] = cells.at(i);
    rows.push_back(row);
  }
  return rows;
}

// Sample after sample, five channels each.
inline std::vector<float> read_recording(const std::string& path) {
  const std::string bytes = read_file(path).value();
  const size_t start = 10 + static_cast<unsigned char>(bytes[8]) + 256 * static_cast<unsigned char>(bytes[9]);
  std::vector<float> values((bytes.size() - start) / sizeof(float));
  std::memcpy(values.data(), bytes.data() + start, values.size() * sizeof(float));
  return values;
}

}  // namespace apprentice::test
