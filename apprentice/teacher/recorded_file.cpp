// SPDX-License-Identifier: Apache-2.0
#include "apprentice/teacher/recorded_file.h"

#include <algorithm>
#include <cmath>

#include "apprentice/base/files.h"
#include "apprentice/data/formats/csv.h"
#include "apprentice/data/formats/format.h"
#include "apprentice/data/formats/npy.h"
#include "apprentice/data/formats/text_file.h"

namespace apprentice::teacher {
namespace {

constexpr const char* kRowColumn = "row";

Result<RecordedFile> read_npy_answers(const std::string& path) {
  APPRENTICE_TRY(const data::NpyArray array, data::read_npy(path));
  if (array.is_text || array.shape.empty() || array.shape.size() > 2 || array.shape[0] < 1)
    return bad_input(path, "holds an array of shape {}; numbers of shape [samples, classes] were expected",
                     to_string(array.shape));
  RecordedFile file;
  file.answers = array.tensor.to_f32();
  file.answers.reshape({array.shape[0], array.shape.size() == 1 ? 1 : array.shape[1]});
  for (int64_t i = 0; i < file.answers.size(); ++i)
    if (!std::isfinite(file.answers.data<float>()[i]))
      return bad_input(path, "holds {} for row {}; every row needs an answer of finite numbers",
                       file.answers.data<float>()[i], i / file.answers.shape()[1]);
  return file;
}

struct Line {
  int64_t row = 0;
  std::vector<float> values;
};

Result<double> number_in(std::string_view cell, const data::CsvReader& reader, const std::string& column) {
  double value = 0.0;
  if (reader.number(cell, value) && std::isfinite(value)) return value;
  return bad_input(reader.place(), "column '{}' holds '{}'; every row needs an answer of finite numbers", column,
                   data::trim(cell));
}

Result<std::vector<Line>> read_lines(data::CsvReader& reader, size_t row_column) {
  std::vector<Line> lines;
  std::vector<std::string_view> cells;
  while (true) {
    APPRENTICE_TRY(const bool more, reader.next(cells));
    if (!more) return lines;
    Line line;
    line.row = static_cast<int64_t>(lines.size());
    for (size_t c = 0; c < cells.size(); ++c) {
      APPRENTICE_TRY(const double value, number_in(cells[c], reader, reader.columns()[c]));
      if (c != row_column) {
        line.values.push_back(static_cast<float>(value));
        continue;
      }
      if (value < 0.0 || value > 1e15 || value != std::floor(value))
        return bad_input(reader.place(), "column '{}' holds '{}'; the row of the data, from 0, is expected", kRowColumn,
                         data::trim(cells[c]));
      line.row = static_cast<int64_t>(value);
    }
    lines.push_back(std::move(line));
  }
}

Result<RecordedFile> in_order(std::vector<Line> lines, const std::string& path) {
  std::sort(lines.begin(), lines.end(), [](const Line& a, const Line& b) { return a.row < b.row; });
  const auto count = static_cast<int64_t>(lines.size());
  const int64_t width = count == 0 ? 0 : static_cast<int64_t>(lines[0].values.size());
  if (width == 0) return bad_input(path, "holds no answers");
  RecordedFile file;
  file.answers = Tensor(DType::kF32, {count, width});
  float* to = file.answers.data<float>();
  for (int64_t i = 0; i < count; ++i) {
    const Line& line = lines[static_cast<size_t>(i)];
    if (i > 0 && line.row == file.rows.back()) return bad_input(path, "answers row {} twice", line.row);
    file.rows.push_back(line.row);
    to = std::copy(line.values.begin(), line.values.end(), to);
  }
  if (file.rows.back() == count - 1) file.rows.clear();
  return file;
}

Result<RecordedFile> read_csv_answers(const std::string& path) {
  APPRENTICE_TRY(const data::TextFile text, data::TextFile::open(path));
  APPRENTICE_TRY(data::CsvReader reader, data::CsvReader::open(text.view(), path, {}));
  if (!reader.has_header())
    return bad_input(path, "has no header; its first line must name the classes in the order of the columns");
  std::vector<std::string> columns = reader.columns();
  const auto row_column = static_cast<size_t>(std::find(columns.begin(), columns.end(), kRowColumn) - columns.begin());
  APPRENTICE_TRY(std::vector<Line> lines, read_lines(reader, row_column));
  APPRENTICE_TRY(RecordedFile file, in_order(std::move(lines), path));
  if (row_column < columns.size()) columns.erase(columns.begin() + static_cast<std::ptrdiff_t>(row_column));
  file.columns = std::move(columns);
  return file;
}

}  // namespace

Result<RecordedFile> read_recorded(const std::string& path) {
  const std::string ending = data::ending_of(path);
  if (ending == ".csv" || ending == ".tsv" || ending == ".txt") return read_csv_answers(path);
  return read_npy_answers(path);
}

}  // namespace apprentice::teacher
