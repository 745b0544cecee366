// SPDX-License-Identifier: Apache-2.0
// The [teach] table of a job: which networks and trees are trained to be its teacher. Keys: docs/howto/job_file.md.
#pragma once

#include <functional>

#include "apprentice/pipeline/job.h"

namespace apprentice {

// The family of a teacher that is no network.
inline constexpr const char* kTreesFamily = "trees";

// `schedule` reads a [teach.train] table. Families of networks and their knobs are read later, by load_inputs().
Result<TeachJob> read_teach_job(Config& teach, const std::function<Result<TrainOptions>(Config&)>& schedule);

}  // namespace apprentice
