// SPDX-License-Identifier: Apache-2.0
// How long a training is, when it looks at the validation split, and the learning rate of every step. All in optimizer
// steps: an epoch of a small set is too short to count in.
#pragma once

#include "apprentice/train/distiller.h"

namespace apprentice::train {

struct Schedule {
  int64_t steps = 0, steps_per_epoch = 0;
  int64_t validate_every = 0;
  int64_t patience = 0;  // 0 = endless
  double warmup = 0.0;   // steps, at most `steps`
};
// A last batch of one sample has no variance for batch norm, so it is left out of an epoch (another one each time).
Schedule make_schedule(const TrainOptions& options, int64_t samples);

// Linear warm-up, then half a cosine to zero (Loshchilov and Hutter 2017, eq. 5 with one period). `step` counts from 0.
double learning_rate_at(double peak, const Schedule& schedule, int64_t step);

}  // namespace apprentice::train
