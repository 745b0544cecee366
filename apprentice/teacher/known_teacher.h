// SPDX-License-Identifier: Apache-2.0
// What is known of a teacher, on file: so a build that cannot run its model still names it.
#pragma once

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "apprentice/teacher/teacher.h"

namespace apprentice::teacher {

// The files that a table [teacher] which has been read names, those of an ensemble's members among them.
std::vector<std::string> teacher_files(const Config& teacher, const std::string& folder);
// info(), and the hashes of the files that the teacher was made from.
Result<nlohmann::ordered_json> known_json(const TeacherInfo& info, const std::vector<std::string>& files);

// Tells what `path` holds; to every question it answers `why`. Refuses, with `why` itself, where there is no such file,
// or one about other files than these.
Result<std::unique_ptr<Teacher>> known_teacher(const std::string& path, const std::vector<std::string>& files,
                                               const Error& why);

}  // namespace apprentice::teacher
