// SPDX-License-Identifier: Apache-2.0
// Teacher whose answers were recorded before: a .npy array with one row per sample.
#include <filesystem>

#include "apprentice/base/files.h"
#include "apprentice/data/formats/npy.h"
#include "apprentice/data/load.h"
#include "apprentice/teacher/answers.h"
#include "apprentice/teacher/source.h"

namespace apprentice {
namespace {

class RecordedTeacher : public Teacher {
 public:
  RecordedTeacher(Tensor answers, TeacherInfo info, std::string place)
      : answers_(std::move(answers)), info_(std::move(info)), place_(std::move(place)) {}

  const TeacherInfo& info() const override { return info_; }

  Result<TeacherAnswers> predict(const Tensor&, const std::vector<int64_t>& rows) override {
    const int64_t count = answers_.shape()[0], width = answers_.shape()[1];
    TeacherAnswers out;
    out.logits = Tensor(DType::kF32, {static_cast<int64_t>(rows.size()), width});
    float* to = out.logits.data<float>();
    for (const int64_t row : rows) {
      if (row < 0 || row >= count)
        return bad_input(place_, "holds answers for {} rows of the data, but row {} is asked for; every row needs one",
                         count, row);
      to = std::copy_n(answers_.data<float>() + row * width, width, to);
    }
    return out;
  }

 private:
  Tensor answers_;
  TeacherInfo info_;
  std::string place_;
};

}  // namespace

Result<std::unique_ptr<Teacher>> make_recorded_teacher(Config& teacher, const DatasetInfo& data,
                                                       const std::string& folder) {
  std::string path;
  teacher.require("path", path);
  const AnswerOptions options = read_answer_options(teacher);
  if (path.empty()) return bad_input(teacher.place("path"), "path is empty; a .npy file of answers is expected");
  const std::string file = resolve_path(folder, path);
  APPRENTICE_TRY(const NpyArray array, read_npy(file));
  if (array.is_text || array.shape.empty() || array.shape.size() > 2 || array.shape[0] < 1)
    return bad_input(file, "holds an array of shape {}; numbers of shape [samples, classes] were expected",
                     to_string(array.shape));
  const int64_t samples = array.shape[0], width = array.shape.size() == 1 ? 1 : array.shape[1];
  APPRENTICE_TRY(const AnswerMap map, AnswerMap::make(options, data, width, file));
  APPRENTICE_TRY(Tensor answers, map.apply(array.tensor, samples));
  TeacherInfo info;
  info.task = data.task;
  info.sample_shape = data.sample_shape;
  info.class_names = data.class_names;
  APPRENTICE_TRY(const std::string bytes_hash, hash_file(file));
  Hasher hasher;
  hasher.add("recorded teacher 1").add(bytes_hash);
  map.add_to(hasher);
  info.fingerprint = hasher.hex();
  info.description =
      fmt::format("{} (recorded answers for {} samples)", std::filesystem::path(file).filename().string(), samples);
  return std::make_unique<RecordedTeacher>(std::move(answers), std::move(info), file);
}

}  // namespace apprentice
