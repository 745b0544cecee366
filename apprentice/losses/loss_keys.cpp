// SPDX-License-Identifier: Apache-2.0
#include "apprentice/losses/loss_keys.h"

namespace apprentice::losses {

void read_temperature(Config& keys, double& temperature) { keys.read_bounded("T", temperature, 0.05, 1000.0); }

void read_weight(Config& keys, const std::string& key, double& weight) { keys.read_bounded(key, weight, 0.0, 1e6); }

void read_hard_soft(Config& keys, double& hard_weight, double& soft_weight) {
  read_weight(keys, "hard_weight", hard_weight);
  read_weight(keys, "soft_weight", soft_weight);
  if (hard_weight == 0.0 && soft_weight == 0.0) {
    keys.reject("soft_weight", "hard_weight and soft_weight are both 0, so nothing would be learned");
  }
}

void read_label_apart(Config& keys, LabelApartWeights& weights) {
  read_temperature(keys, weights.temperature);
  read_weight(keys, "hard_weight", weights.hard_weight);
  read_weight(keys, "target_weight", weights.target_weight);
  read_weight(keys, "other_weight", weights.other_weight);
}

}  // namespace apprentice::losses
