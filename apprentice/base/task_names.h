// SPDX-License-Identifier: Apache-2.0
// Tasks as files name them.
#pragma once

#include <cstddef>

#include "apprentice/base/task.h"

namespace apprentice {

inline constexpr const char* kTaskNames[] = {"classification", "regression"};  // by TaskKind
inline const char* to_string(TaskKind task) { return kTaskNames[static_cast<size_t>(task)]; }

}  // namespace apprentice
