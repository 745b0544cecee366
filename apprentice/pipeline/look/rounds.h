// SPDX-License-Identifier: Apache-2.0
// Rounds: the pairs of training and validation samples by which a look judges its candidates.
#pragma once

#include <vector>

#include "apprentice/data/dataset.h"
#include "apprentice/pipeline/look/trial.h"

namespace apprentice::pipeline {

// The first round is the job's own split, drawn down to a size for short trainings. Where its sides share no group and
// the training side has enough of them, its groups take turns as validation, too: few groups judge by luck.
std::vector<LookData> rounds_of(const data::Splits& splits, uint64_t seed);

// The same rounds with some channels left out.
Result<std::vector<LookData>> without_channels(const std::vector<LookData>& rounds,
                                               const std::vector<std::string>& names);

}  // namespace apprentice::pipeline
