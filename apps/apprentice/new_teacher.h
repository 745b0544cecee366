// SPDX-License-Identifier: Apache-2.0
// The part of a new job about a teacher that the user has: [teacher].
#pragma once

#include <optional>
#include <string>

#include "apprentice/data/guess/guess_data.h"
#include "apprentice/onnx/format/graph.h"

namespace apprentice::cli {

struct NewTeacher {
  std::string path;
  std::optional<onnx::OnnxGraph> graph;  // of ONNX models: of other sources nothing is guessed
};
// Refuses what is no teacher, telling what is.
Result<NewTeacher> read_teacher(const std::string& path);
data::TeacherHints hints_of(const NewTeacher& teacher);
// `splits` may be missing: then nothing is said of the samples' own mean and deviation.
Result<std::string> teacher_text(const NewTeacher& teacher, const data::GuessedData& data,
                                 const std::string& job_folder);

}  // namespace apprentice::cli
