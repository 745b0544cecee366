// SPDX-License-Identifier: Apache-2.0
// From raw values to int16. This file alone is compiled with -ffp-contract=off: a compiler that fuses the subtraction
// and the product would round once instead of twice, and the device would disagree.
#include <algorithm>
#include <cmath>

#include "apprentice/frontend/stage_rows.h"

namespace apprentice::frontend {
namespace {

int16_t quantize(float x, float mean, float scale) {
  const float centered = x - mean;
  const float scaled = centered * scale;
  if (std::isnan(scaled)) return 0;
  const float bounded = std::min(std::max(scaled, -32768.0F), 32767.0F);
  return static_cast<int16_t>(std::lrint(bounded));
}

}  // namespace

void quantize_samples(const float* samples, float mean, float scale, std::vector<int16_t>& values) {
  for (size_t i = 0; i < values.size(); ++i) values[i] = quantize(samples[i], mean, scale);
}

}  // namespace apprentice::frontend
