// SPDX-License-Identifier: Apache-2.0
// The [teach] table of a job: which networks and trees are trained to be its teacher. Keys: docs/howto/job_file.md.
#pragma once

#include <functional>

#include "apprentice/pipeline/job.h"
#include "apprentice/trees/boosted_trees.h"

namespace apprentice::pipeline {

// The family of a teacher that is no network.
inline constexpr const char* kTreesFamily = "trees";

// The keys of boosted trees, where the table is silent those of `options`; what does not fit is rejected in the table.
trees::TreeOptions read_trees(Config& table, trees::TreeOptions options = {});
// What decides the bits of boosted trees, beside their rows.
nlohmann::ordered_json to_json(const trees::TreeOptions& options);

// `schedule` reads a [teach.train] table. Families of networks and their keys are read later, by load_inputs().
Result<TeachJob> read_teach_job(Config& teach, const std::function<Result<train::TrainOptions>(Config&)>& schedule);

}  // namespace apprentice::pipeline
