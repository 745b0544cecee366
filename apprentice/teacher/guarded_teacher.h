// SPDX-License-Identifier: Apache-2.0
// Teacher that is code of others (a program, a TorchScript module): a job can be looked at without running any of it.
// Internal to teacher/.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "apprentice/teacher/foreign_code.h"
#include "apprentice/teacher/prepared_model.h"

namespace apprentice::teacher {

struct GuardedFacts {
  std::string what;   // "the program 'python3 teacher.py'", for the refusal
  std::string place;  // of the [teacher] table
  ModelFacts model;   // fingerprint and description, as far as they are known without running it
  PreparedKeys keys;
  Shape prepared;  // of one sample
  data::DatasetInfo data;
};
// Starts the model.
using StartModel = std::function<Result<std::unique_ptr<RawModel>>(ModelFacts& facts)>;

// Refuses to answer until allow(), which starts the model and makes it a prepared_teacher(). Its fingerprint is
// the same before and after.
std::unique_ptr<Teacher> guarded_teacher(GuardedFacts facts, StartModel start);

}  // namespace apprentice::teacher
