// SPDX-License-Identifier: Apache-2.0
// Teachers that are code of others (a program, a TorchScript module): a job that names one can be looked at without
// running any of it.
#pragma once

#include "apprentice/teacher/teacher.h"

namespace apprentice::teacher {

// The face of such a teacher beside Teacher.
class ForeignCode {
 public:
  virtual ~ForeignCode() = default;
  // Refuses, in one sentence, until allow().
  virtual Status is_allowed() const = 0;
  // Starts it; before that it answers nothing.
  virtual Status allow() = 0;
};

// Whether the teacher may answer; null and teachers that are no code always may.
inline Status may_answer(const Teacher* teacher) {
  const auto* code = dynamic_cast<const ForeignCode*>(teacher);
  return code == nullptr ? Status{} : code->is_allowed();
}

inline Status allow_code(Teacher* teacher) {
  auto* code = dynamic_cast<ForeignCode*>(teacher);
  return code == nullptr ? Status{} : code->allow();
}

}  // namespace apprentice::teacher
