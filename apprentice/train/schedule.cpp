// SPDX-License-Identifier: Apache-2.0
#include "apprentice/train/schedule.h"

#include <algorithm>
#include <cmath>

namespace apprentice {

double learning_rate_at(const TrainOptions& options, int64_t step, int64_t steps_per_epoch) {
  const double total = static_cast<double>(options.epochs * steps_per_epoch);
  const double warmup = std::min(options.warmup_epochs * static_cast<double>(steps_per_epoch), total);
  const double now = static_cast<double>(step);
  if (now < warmup) return options.learning_rate * (now + 1.0) / (warmup + 1.0);
  const double progress = (now - warmup) / std::max(1.0, total - warmup);
  return options.learning_rate * 0.5 * (1.0 + std::cos(M_PI * progress));
}

}  // namespace apprentice
