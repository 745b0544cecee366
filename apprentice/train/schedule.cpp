// SPDX-License-Identifier: Apache-2.0
#include "apprentice/train/schedule.h"

#include <algorithm>
#include <cmath>

namespace apprentice::train {
namespace {

int64_t count_steps(int64_t samples, int64_t batch_size) {
  const int64_t whole = samples / batch_size, rest = samples % batch_size;
  return whole + (rest > 1 || whole == 0 ? 1 : 0);
}

}  // namespace

Schedule make_schedule(const TrainOptions& options, int64_t samples) {
  Schedule schedule;
  const int64_t epoch = count_steps(samples, std::min(options.batch_size, samples));
  schedule.steps_per_epoch = epoch;
  schedule.steps = options.steps > 0 ? options.steps : std::max(options.epochs * epoch, options.least_steps);
  const int64_t validations = std::min(options.validations, schedule.steps);
  schedule.validate_every = validations > 0 ? (schedule.steps + validations - 1) / validations : epoch;
  schedule.patience = std::max(options.patience_steps, options.patience * epoch);
  const double steps = static_cast<double>(schedule.steps);
  const double warmup =
      options.warmup_epochs < 0.0 ? options.warmup * steps : options.warmup_epochs * static_cast<double>(epoch);
  schedule.warmup = std::min(warmup, steps);
  return schedule;
}

double learning_rate_at(double peak, const Schedule& schedule, int64_t step) {
  const double now = static_cast<double>(step);
  if (now < schedule.warmup) return peak * (now + 1.0) / (schedule.warmup + 1.0);
  const double progress =
      (now - schedule.warmup) / std::max(1.0, static_cast<double>(schedule.steps) - schedule.warmup);
  return peak * 0.5 * (1.0 + std::cos(M_PI * progress));
}

}  // namespace apprentice::train
