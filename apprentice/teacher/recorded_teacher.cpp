// SPDX-License-Identifier: Apache-2.0
// Teacher whose answers were recorded before: a .npy or .csv file that answers rows of the data.
#include <algorithm>
#include <filesystem>

#include "apprentice/base/files.h"
#include "apprentice/data/load.h"
#include "apprentice/teacher/answers.h"
#include "apprentice/teacher/recorded_file.h"
#include "apprentice/teacher/source.h"

namespace apprentice::teacher {
namespace {

class RecordedTeacher : public Teacher {
 public:
  RecordedTeacher(Tensor answers, std::vector<int64_t> rows, TeacherInfo info, std::string place)
      : answers_(std::move(answers)), rows_(std::move(rows)), info_(std::move(info)), place_(std::move(place)) {}

  const TeacherInfo& info() const override { return info_; }

  Status covers(const std::vector<int64_t>& rows) const override {
    for (const int64_t row : rows)
      if (line_of(row) < 0)
        return bad_input(
            place_, "has no answer for row {}, counted from 0; the data has a sample there{}", row,
            rows_.empty() ? fmt::format(", and the last row answered is {}", answers_.shape()[0] - 1) : "");
    return {};
  }

  Result<TeacherAnswers> predict(const Tensor&, const std::vector<int64_t>& rows) override {
    APPRENTICE_CHECK(covers(rows));
    const int64_t width = answers_.shape()[1];
    TeacherAnswers out;
    out.logits = Tensor(DType::kF32, {static_cast<int64_t>(rows.size()), width});
    float* to = out.logits.data<float>();
    for (const int64_t row : rows) to = std::copy_n(answers_.data<float>() + line_of(row) * width, width, to);
    return out;
  }

 private:
  // -1 = not answered.
  int64_t line_of(int64_t row) const {
    if (rows_.empty()) return row < answers_.shape()[0] ? row : -1;
    const auto found = std::lower_bound(rows_.begin(), rows_.end(), row);
    return found != rows_.end() && *found == row ? found - rows_.begin() : -1;
  }

  Tensor answers_;
  std::vector<int64_t> rows_;  // as in RecordedFile
  TeacherInfo info_;
  std::string place_;
};

// The header of a .csv names the classes; the job may leave them out, but not contradict it.
Status take_columns(const RecordedFile& file, const data::DatasetInfo& data, const std::string& path,
                    AnswerOptions& options) {
  if (file.columns.empty() || data.task == TaskKind::kRegression) return {};
  if (file.columns.size() == 1 && data.class_names.size() == 2) return {};  // one value for two classes
  if (!options.classes.empty() && options.classes != file.columns)
    return bad_input(path,
                     "its header names other classes, or in another order, than classes = [...] in the job; leave "
                     "classes out");
  options.classes = file.columns;
  return {};
}

}  // namespace

Result<std::unique_ptr<Teacher>> make_recorded_teacher(Config& teacher, const data::DatasetInfo& data,
                                                       const std::string& folder) {
  std::string path;
  teacher.require("path", path);
  AnswerOptions options = read_answer_options(teacher);
  if (path.empty()) return bad_input(teacher.place("path"), "path is empty; a .npy or .csv of answers is expected");
  const std::string file = data::resolve_path(folder, path);
  APPRENTICE_TRY(RecordedFile recorded, read_recorded(file));
  APPRENTICE_CHECK(take_columns(recorded, data, file, options));
  const int64_t samples = recorded.answers.shape()[0], width = recorded.answers.shape()[1];
  APPRENTICE_TRY(const AnswerMap map, AnswerMap::make(options, data, width, file));
  APPRENTICE_TRY(Tensor answers, map.apply(recorded.answers, samples));
  TeacherInfo info;
  info.task = data.task;
  info.sample_shape = data.sample_shape;
  info.class_names = data.class_names;
  info.names_classes = !options.classes.empty();
  APPRENTICE_TRY(const std::string bytes_hash, hash_file(file));
  Hasher hasher;
  hasher.add("recorded teacher 2").add(bytes_hash);  // 2: windows go by their last row
  map.add_to(hasher);
  info.fingerprint = hasher.hex();
  info.description =
      fmt::format("{} (recorded answers for {} samples)", std::filesystem::path(file).filename().string(), samples);
  return std::make_unique<RecordedTeacher>(std::move(answers), std::move(recorded.rows), std::move(info), file);
}

}  // namespace apprentice::teacher
