// SPDX-License-Identifier: Apache-2.0
// Statistics of samples: what models without a time axis (trees, linear ones) see of a window.
#pragma once

#include <cstdint>

#include "apprentice/base/tensor.h"

namespace apprentice::trees {

// Windows from this length on give the logarithm of their power in kPowerBands bands, too.
inline constexpr int64_t kLeastSpectrumLength = 64;
inline constexpr int64_t kPowerBands = 16;

// Values per sample: a vector is taken as it is; each channel of [channels, time] gives mean, deviation, least,
// largest, first, last, slope and mean absolute step. Other shapes are a broken promise.
int64_t statistics_count(const Shape& sample_shape);
// float32 [n, ...sample_shape] -> [n, statistics_count].
Tensor statistics_of(const Tensor& samples);

}  // namespace apprentice::trees
