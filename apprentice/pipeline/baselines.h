// SPDX-License-Identifier: Apache-2.0
// The baselines of a job, and of a run directory, where they are fitted once: docs/formats/run_directory.md.
#pragma once

#include <string>
#include <vector>

#include "apprentice/baselines/baseline.h"
#include "apprentice/pipeline/run.h"

namespace apprentice::pipeline {

struct JobBaselines {
  std::vector<baselines::Baseline> fitted;
  std::vector<std::string> findings;  // sentences about inputs that give the answer away and samples on two sides
};

// On what the student sees; in a hall, on what its devices share.
Result<JobBaselines> job_baselines(const Inputs& inputs, const RunControl& control);

// The same from the run directory; fitted and sealed there where that has not been done.
Result<JobBaselines> sealed_baselines(Run& run);
inline constexpr const char* kBaselines = "baselines/baselines.json";

}  // namespace apprentice::pipeline
