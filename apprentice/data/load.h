// SPDX-License-Identifier: Apache-2.0
// From the [data] and [split] tables of a job to three Datasets. Job keys: docs/howto/job_file.md.
#pragma once

#include <string>

#include "apprentice/base/control.h"
#include "apprentice/data/data_keys.h"
#include "apprentice/data/dataset.h"

namespace apprentice::data {

Result<Splits> load_splits(const DataJob& job);

// A path of a job as a path of this machine: "$APPRENTICE_DATA" at its start stands for the environment variable, and
// relative paths start at `folder` (the job's folder).
std::string resolve_path(const std::string& folder, const std::string& path);

struct Normalisation {
  std::vector<float> mean, scale;  // per channel; x' = (x - mean) * scale
};
// Mean and 1/standard deviation per channel over the training split, in float64 (Welford); a constant channel is
// refused by name unless they are allowed, which gives it scale 0.
Result<Normalisation> fit_normalisation(const Dataset& train, ConstantChannels constant);

}  // namespace apprentice::data
