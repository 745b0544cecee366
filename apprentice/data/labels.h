// SPDX-License-Identifier: Apache-2.0
// Labels as files write them, to class indices.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "apprentice/base/config.h"
#include "apprentice/data/formats/format.h"
#include "apprentice/data/source.h"

namespace apprentice::data {

struct LabelOptions {
  std::vector<std::string> classes;           // index = class; empty = found in the data
  std::string classes_file;                   // one name per line, instead of classes
  std::vector<std::string> ignore;            // labels whose rows are left out
  std::map<std::string, std::string> rename;  // label in the file -> class name
};

// The keys classes, ignore_labels and [data.label_map].
LabelOptions read_label_keys(Config& data, const FileFinder& finder);

// Labels that are others but for case and blanks ("Healthy " and "healthy"): variant -> the one that occurs most often.
std::map<std::string, std::string> label_variants(const std::map<std::string, int64_t, std::less<>>& counts);

class Labels {
 public:
  Labels() = default;
  // Found labels are ordered as numbers when all are whole numbers of at least 0, else as texts; 3.0 is the class 3.
  // Refused, with file and row: a label not in `classes`, and without `classes` a negative or fractional number, and
  // labels that differ only in case or blanks.
  static Result<Labels> make(const Source& source, const LabelOptions& options);

  const std::vector<std::string>& class_names() const { return class_names_; }
  // Class of a row; -1 = ignored.
  int32_t label(const Source& source, const Segment& segment, int64_t row) const;

 private:
  std::vector<std::string> class_names_;
  std::map<std::string, int32_t> class_of_;  // label as in the file
  std::vector<int32_t> class_of_code_;       // of a row column
};

}  // namespace apprentice::data
