// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "apprentice/teacher/known_teacher.h"
#include "apprentice/teacher/source.h"

namespace apprentice::teacher {

const std::vector<TeacherSource>& teacher_table() {
  static const std::vector<TeacherSource> table = {
      {"onnx", "an ONNX model, run by libtorch", make_onnx_teacher},
      {"torchscript", "a TorchScript module (.pt)", make_torchscript_teacher},
      {"xgboost", "an XGBoost model (.json, .ubj)", make_xgboost_teacher},
      {"program", "any program that takes samples on its standard input and answers on its output",
       make_program_teacher},
      {"recorded", "answers in a .npy or .csv file, one row per sample", make_recorded_teacher},
      {"ensemble", "the weighted mean of other teachers' answers", make_ensemble_teacher},
  };
  return table;
}

std::vector<std::pair<std::string, std::string>> teacher_sources() {
  std::vector<std::pair<std::string, std::string>> out;
  for (const TeacherSource& row : teacher_table()) out.emplace_back(row.name, row.summary);
  return out;
}

// What is said of a model or file, after the place of the table that names it.
static tl::unexpected<Error> in_table(const Config& teacher, Error error) {
  const bool named = error.place.compare(0, teacher.document().size(), teacher.document()) == 0;
  if (!named) error.place = teacher.place() + (error.place.empty() ? "" : ": " + error.place);
  return tl::unexpected<Error>(std::move(error));
}

Result<std::unique_ptr<Teacher>> make_any_teacher(Config& teacher, const data::DatasetInfo& data,
                                                  const std::string& folder) {
  std::string source = "onnx";
  std::vector<std::string> names;
  for (const TeacherSource& row : teacher_table()) names.emplace_back(row.name);
  teacher.read_choice("source", source, names);
  const auto row = std::find_if(teacher_table().begin(), teacher_table().end(),
                                [&](const TeacherSource& each) { return source == each.name; });
  if (row == teacher_table().end()) {
    APPRENTICE_CHECK(teacher.finish());
    throw BrokenPromise("read_choice refuses what is not in the table");
  }
  auto made = row->make(teacher, data, folder);
  if (!made) return in_table(teacher, std::move(made).error());
  return made;
}

Result<std::unique_ptr<Teacher>> make_teacher(Config& teacher, const data::DatasetInfo& data, const std::string& folder,
                                              const std::string& known) {
  auto made = make_any_teacher(teacher, data, folder);
  // A misspelt key often is why the rest went wrong, so it is told first.
  APPRENTICE_CHECK(teacher.finish());
  if (made || made.error().kind != ErrorKind::kUnsupported) return made;
  return known_teacher(known, teacher_files(teacher, folder), made.error());
}

}  // namespace apprentice::teacher
