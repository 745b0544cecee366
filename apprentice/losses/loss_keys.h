// SPDX-License-Identifier: Apache-2.0
// Keys that several losses share, read and bounded in one way.
#pragma once

#include <string>

#include "apprentice/base/config.h"

namespace apprentice::losses {

// T, the divisor of the logits before softmax (Hinton et al. 2015, eq. 1): in [0.05, 1000].
void read_temperature(Config& keys, double& temperature);
// A weight: in [0, 1e6].
void read_weight(Config& keys, const std::string& key, double& weight);
// hard_weight for the labels, soft_weight for the teacher; refuses both zero.
void read_hard_soft(Config& keys, double& hard_weight, double& soft_weight);
// Of losses that treat the label's class apart from the others.
struct LabelApartWeights {
  double temperature = 1.0, hard_weight = 1.0, target_weight = 1.0, other_weight = 1.0;
};
void read_label_apart(Config& keys, LabelApartWeights& weights);

}  // namespace apprentice::losses
