// SPDX-License-Identifier: Apache-2.0
#include "apprentice/losses/knobs.h"

namespace apprentice {

void read_temperature(Config& options, double& temperature) { options.read_bounded("T", temperature, 0.05, 1000.0); }

void read_weight(Config& options, const std::string& key, double& weight) {
  options.read_bounded(key, weight, 0.0, 1e6);
}

void read_hard_soft(Config& options, double& hard_weight, double& soft_weight) {
  read_weight(options, "hard_weight", hard_weight);
  read_weight(options, "soft_weight", soft_weight);
  if (hard_weight == 0.0 && soft_weight == 0.0) {
    options.reject("soft_weight", "hard_weight and soft_weight are both 0, so nothing would be learned");
  }
}

void read_label_apart(Config& options, LabelApartKnobs& knobs) {
  read_temperature(options, knobs.temperature);
  read_weight(options, "hard_weight", knobs.hard_weight);
  read_weight(options, "target_weight", knobs.target_weight);
  read_weight(options, "other_weight", knobs.other_weight);
}

}  // namespace apprentice
