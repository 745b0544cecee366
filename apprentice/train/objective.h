// SPDX-License-Identifier: Apache-2.0
// Objective: the loss of one training with what it looks at and what it trains along.
#pragma once

#include <memory>
#include <vector>

#include "apprentice/losses/adapters.h"
#include "apprentice/losses/loss.h"
#include "apprentice/train/distiller.h"
#include "apprentice/train/peers.h"
#include "apprentice/train/student.h"
#include "apprentice/train/taps.h"

namespace apprentice::train {

struct Objective {
  std::unique_ptr<losses::Loss> loss;
  FeaturePlan features;
  std::vector<size_t> stored;  // indices of features.teacher in the store
  losses::Adapters adapters;
  Peers peers;
};

// Refuses a loss for another task, one that misses a teacher or its features, and unknown keys.
Result<Objective> prepare_objective(TrainTask& task, const Student& student);

}  // namespace apprentice::train
