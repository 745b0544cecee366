// SPDX-License-Identifier: Apache-2.0
// A teacher's feature made as small as losses compare it, before it is stored.
#pragma once

#include "apprentice/base/tensor.h"

namespace apprentice::targets {

// Whether maps [channels, height, width] (or a vector [values]) can be kept as `kept`: as many channels, no more
// places.
bool can_pool(const Shape& feature, const Shape& kept);

// `samples` of them, one after the other, to `out`: adaptive average pooling, in which place i of n is the mean over
// places floor(i size / n) to ceil((i + 1) size / n). A vector [channels] of maps is the mean over all places.
void pool_feature(const float* values, int64_t samples, const Shape& feature, const Shape& kept, float* out);

}  // namespace apprentice::targets
