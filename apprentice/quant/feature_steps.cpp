// SPDX-License-Identifier: Apache-2.0
// Features of a front end to int8, in integers: docs/formats/int8.md, "Features".
#include <algorithm>
#include <cmath>

#include "apprentice/quant/quant_net.h"

namespace apprentice::quant {
namespace {

constexpr double kMostMultiplier = 0x1p14 - 1.0;  // times an int16 it stays below 2^29
constexpr double kMostOffset = 0x1p30;
constexpr int kMostShift = 22;  // 256 * 2^22 is kMostOffset

// real = scale * feature; q = round((real - mean) * factor) + zero_point.
FeatureStep step_of(double scale, double mean, double factor, int32_t zero_point) {
  const double slope = scale * factor, start = -mean * factor + zero_point + 0.5;
  int shift = kMostShift;
  while (shift > 0 && (std::abs(slope) * std::ldexp(1.0, shift) > kMostMultiplier ||
                       std::abs(start) * std::ldexp(1.0, shift) > kMostOffset)) {
    --shift;
  }
  const double unit = std::ldexp(1.0, shift);
  const auto bounded = [](double value, double most) { return std::min(std::max(std::round(value), -most), most); };
  return {static_cast<int32_t>(bounded(slope * unit, kMostMultiplier)),
          static_cast<int32_t>(bounded(start * unit, kMostOffset)), shift};
}

}  // namespace

int8_t FeatureStep::run(int16_t feature) const {
  const int32_t q = (feature * multiplier + offset) >> shift;
  return static_cast<int8_t>(std::min(std::max(q, -128), 127));
}

void attach_frontend(QuantNet& net, std::shared_ptr<const frontend::Frontend> frontend) {
  net.frontend = std::move(frontend);
  net.feature_steps.clear();
  if (net.frontend == nullptr) return;
  for (size_t c = 0; c < net.input.mean.size(); ++c) {
    net.feature_steps.push_back(step_of(net.frontend->feature_scales()[c], double{net.input.mean[c]},
                                        double{net.input.factor[c]}, net.input.zero_point));
  }
}

}  // namespace apprentice::quant
