// SPDX-License-Identifier: Apache-2.0
// A teacher source: one file in this folder and one row in source_table.cpp. Internal to teacher/.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "apprentice/base/config.h"
#include "apprentice/teacher/teacher.h"

namespace apprentice::teacher {

struct TeacherSource {
  const char* name;
  const char* summary;
  // Reads all its keys (but `source`) before it refuses anything else; the caller finishes the Config.
  Result<std::unique_ptr<Teacher>> (*make)(Config& teacher, const data::DatasetInfo& data, const std::string& folder);
};
const std::vector<TeacherSource>& teacher_table();

Result<std::unique_ptr<Teacher>> make_onnx_teacher(Config& teacher, const data::DatasetInfo& data,
                                                   const std::string& folder);
Result<std::unique_ptr<Teacher>> make_torchscript_teacher(Config& teacher, const data::DatasetInfo& data,
                                                          const std::string& folder);
Result<std::unique_ptr<Teacher>> make_xgboost_teacher(Config& teacher, const data::DatasetInfo& data,
                                                      const std::string& folder);
Result<std::unique_ptr<Teacher>> make_program_teacher(Config& teacher, const data::DatasetInfo& data,
                                                      const std::string& folder);
Result<std::unique_ptr<Teacher>> make_recorded_teacher(Config& teacher, const data::DatasetInfo& data,
                                                       const std::string& folder);
Result<std::unique_ptr<Teacher>> make_ensemble_teacher(Config& teacher, const data::DatasetInfo& data,
                                                       const std::string& folder);
// Any source, without finishing the Config: for members of an ensemble.
Result<std::unique_ptr<Teacher>> make_any_teacher(Config& teacher, const data::DatasetInfo& data,
                                                  const std::string& folder);

}  // namespace apprentice::teacher
