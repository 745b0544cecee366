// SPDX-License-Identifier: Apache-2.0
// The part of a new job that says what learns, from whom, and for how long: [views], [teach], [student], [loss],
// [train]; with the figures of the look that chose them.
#pragma once

#include <string>

#include "apprentice/base/config.h"
#include "apprentice/data/dataset.h"
#include "apprentice/pipeline/look/look.h"

namespace apprentice::cli {

// By a teacher that the user has, or by one that the job trains first.
enum class TeacherIs { kGiven, kTaught };
std::string networks_text(const pipeline::Look& look, const data::DatasetInfo& info, TeacherIs teacher);
// With fixed defaults, where nothing was looked at.
std::string networks_text(const data::DatasetInfo& info, TeacherIs teacher);

// Whether the data's channels are columns that the key `ignore` can leave out.
bool takes_ignore(Config data);
// [data] and its subtables without the channels that the look leaves out, and why; as it is where it leaves none out.
std::string data_text_without(const std::string& data, const pipeline::Look& look);

}  // namespace apprentice::cli
