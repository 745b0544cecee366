// SPDX-License-Identifier: Apache-2.0
// The part of a new job that says what learns, from whom, and for how long: [teach], [student], [loss], [train].
#pragma once

#include <string>

#include "apprentice/data/dataset.h"

namespace apprentice::cli {

// By a teacher that the user has, or by one that the job trains first.
enum class Tutored { kByGiven, kByTaught };
std::string networks_text(const DatasetInfo& info, Tutored tutored);

}  // namespace apprentice::cli
