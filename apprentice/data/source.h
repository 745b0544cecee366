// SPDX-License-Identifier: Apache-2.0
// Source: rows as they came out of files, before groups, splits and windows make samples of them.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <variant>
#include <vector>

#include "apprentice/base/error.h"
#include "apprentice/base/tensor.h"

namespace apprentice::data {

// A column of texts beside the rows (labels, groups, attributes), kept as codes into its distinct values.
class RowColumn {
 public:
  void append(std::string_view value);
  void append(const RowColumn& other);
  int64_t size() const { return static_cast<int64_t>(codes_.size()); }
  const std::string& at(int64_t row) const { return values_[static_cast<size_t>(code(row))]; }
  int32_t code(int64_t row) const { return codes_[static_cast<size_t>(row)]; }
  const std::vector<std::string>& values() const { return values_; }
  // Row i becomes what row order[i] was.
  void reorder(const std::vector<int64_t>& order);

 private:
  std::vector<std::string> values_;
  std::vector<int32_t> codes_;
  std::unordered_map<std::string, int32_t> index_;
};

using Attributes = std::map<std::string, std::string>;

// Rows that follow each other in time: one file, or the rows of one group in a file. Windows never leave a segment.
struct Segment {
  std::string path;
  std::string name;  // file name without folder and ending
  int64_t first_row = 0;
  int64_t rows = 0;
  int64_t file_first_row = 0;  // number as read of the first row of the whole file
  Attributes attributes;       // "file" and "folder" always; of an index row, all its columns
  int side = -1;               // 0 train, 1 validation, 2 test when the job gives files per side
  int32_t group = -1;          // set by form_groups; -1 when every row stands alone
};

using Values = std::variant<std::vector<float>, std::vector<uint8_t>>;

struct Source {
  Shape row_shape;                         // of one row; [channels] for rows that windows are cut from
  std::vector<std::string> channel_names;  // first axis of row_shape; may be empty
  Values values;                           // row after row, C order
  int64_t rows = 0;
  std::vector<Segment> segments;
  std::map<std::string, RowColumn> columns;  // each has `rows` entries
  std::vector<float> targets;                // empty, or one per row
  std::vector<char> dropped;                 // empty, or 1 per row that no sample may touch
  std::vector<float> remaining_at_end;       // for derived targets: one per group, in order of appearance
  std::vector<int64_t> read_rows;            // empty, or per row its number as read: set by reorder()

  std::string label_column;                // in columns or in the attributes of every segment; "" = none
  std::vector<std::string> group_columns;  // same; empty = segments, or single rows
  std::string time_column;                 // in columns; "" = rows are in time order
  std::string place;                       // for messages: the first file
  double sample_rate_hz = 0.0;             // of sound; 0 = unknown
  std::vector<std::string> notes;          // what was found in the files and taken so: clauses for the user
  bool has_numbered_header = false;        // the columns of the first file are named 0, 1, 2, ... by a header

  int64_t row_size() const { return element_count(row_shape); }
  bool is_row_column(const std::string& name) const { return columns.count(name) != 0; }
  // Value of a column for a row of a segment, null when there is no such column.
  const std::string* value(const std::string& column, const Segment& segment, int64_t row) const;
  // Names that value() knows.
  std::vector<std::string> column_names() const;
  // The number of a row in the files as read, before any reordering, from 0: what recorded answers go by.
  int64_t read_row(int64_t row) const { return read_rows.empty() ? row : read_rows[static_cast<size_t>(row)]; }
  // "data.csv: row 7", counted in the file as read, from 1.
  std::string place_of(const Segment& segment, int64_t row) const;
};

// A segment over all rows of one file, with its "file" and "folder" attributes.
Segment file_segment(const std::string& path, int64_t first_row, int64_t rows);

// Appends the rows of `more`; refuses other row shapes, channel names or columns, naming both files.
Status append(Source& source, Source more);

// Row i becomes what row order[i] was, with all that belongs to it.
void reorder(Source& source, const std::vector<int64_t>& order);

// Rows that hold NaN or infinity are dropped, or refused, naming the first such value by row, channel and step.
enum class Gaps { kRefuse, kDrop };
Status check_finite(Source& source, Gaps gaps);

// "file.csv" of "a/b/file.csv", and "file".
std::string file_name(const std::string& path);
std::string file_stem(const std::string& path);

}  // namespace apprentice::data
