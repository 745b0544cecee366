// SPDX-License-Identifier: Apache-2.0
// Channels whose level tells recordings apart rather than what happens inside them: temperatures, supply currents.
#pragma once

#include <cstdint>
#include <vector>

#include "apprentice/data/dataset.h"

namespace apprentice::pipeline {

struct ChannelDrift {
  int64_t channel = 0;
  // Deviation of its level between groups, over its deviation inside windows.
  double ratio = 0.0;
};
// Channels of windows [channels, time] with a ratio of at least `least`, the largest first. The validation samples'
// groups count as groups of their own. Empty for samples of other shapes.
std::vector<ChannelDrift> drifting_channels(const data::Dataset& train, const data::Dataset& validation, double least);

}  // namespace apprentice::pipeline
