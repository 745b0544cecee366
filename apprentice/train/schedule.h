// SPDX-License-Identifier: Apache-2.0
// The learning rate of every step: linear warm-up, then half a cosine to zero (Loshchilov and Hutter 2017, eq. 5 with
// one period).
#pragma once

#include "apprentice/train/distiller.h"

namespace apprentice {

// `step` counts from 0 over the whole training.
double learning_rate_at(const TrainOptions& options, int64_t step, int64_t steps_per_epoch);

}  // namespace apprentice
