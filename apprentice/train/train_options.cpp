// SPDX-License-Identifier: Apache-2.0
// The [train] table of a job.
#include "apprentice/base/cores.h"
#include "apprentice/layers/layer.h"
#include "apprentice/train/distiller.h"

namespace apprentice {
namespace {

template <typename T>
void read_bounded(Config& train, const char* key, T least, T most, T& value) {
  train.read(key, value);
  if (value >= least && value <= most) return;
  train.reject(key, fmt::format("'{}' is {}; expected a number from {} to {}", key, value, least, most));
}

constexpr int64_t kMostSteps = 100'000'000;

// Two keys say the same in other units.
void refuse_both(Config& train, const char* key, const char* other) {
  if (!train.has(key) || !train.has(other)) return;
  train.reject(other, fmt::format("'{}' and '{}' say the same in other units; expected one of them", key, other));
}

// A job that counts epochs has its other lengths in epochs, too. Keys that do not apply are known all the same.
void read_length(Config& train, TrainOptions& options) {
  refuse_both(train, "steps", "epochs");
  refuse_both(train, "steps", "least_steps");
  refuse_both(train, "warmup", "warmup_epochs");
  refuse_both(train, "patience_steps", "patience");
  const bool in_epochs = train.has("epochs");
  if (train.has("steps")) {
    read_bounded<int64_t>(train, "steps", 1, kMostSteps, options.steps);
  } else {
    if (in_epochs) options.least_steps = options.validations = 0;
    read_bounded<int64_t>(train, "epochs", 1, 1000000, options.epochs);
    read_bounded<int64_t>(train, "least_steps", 0, kMostSteps, options.least_steps);
  }
  read_bounded<int64_t>(train, "validations", 0, 1000000, options.validations);
  if (train.has("patience")) {
    read_bounded<int64_t>(train, "patience", 0, 1000000, options.patience);
  } else {
    read_bounded<int64_t>(train, "patience_steps", 0, kMostSteps, options.patience_steps);
  }
  if (train.has("warmup_epochs") || (in_epochs && !train.has("warmup"))) {
    options.warmup_epochs = 1.0;
    read_bounded(train, "warmup_epochs", 0.0, 1e6, options.warmup_epochs);
  } else {
    read_bounded(train, "warmup", 0.0, 1.0, options.warmup);
  }
  for (const char* key : {"steps", "epochs", "least_steps", "patience", "patience_steps", "warmup", "warmup_epochs"}) {
    if (!train.has(key)) static_cast<void>(train.read_any(key));
  }
}

// Multiply-accumulates of one forward pass from which a second thread pays: some 10 ms on one core.
constexpr int64_t kManyMacs = int64_t{1} << 28;

}  // namespace

int choose_threads(const TrainOptions& options, const NetSpec& spec) {
  if (options.threads > 0) return options.threads;
  const auto cost = net_cost(spec);
  if (!cost || cost->macs < kManyMacs / options.batch_size) return 1;
  return core_count();
}

Result<TrainOptions> read_train_options(Config& train) {
  TrainOptions options;
  read_length(train, options);
  read_bounded<int64_t>(train, "batch_size", 1, 65536, options.batch_size);
  train.read_choice("optimizer", options.optimizer, {"adamw", "sgd"});
  // AdamW moves every weight by about its rate in each step.
  read_bounded(train, "learning_rate", 1e-9, options.optimizer == "sgd" ? 10.0 : 1.0, options.learning_rate);
  read_bounded(train, "weight_decay", 0.0, 10.0, options.weight_decay);
  read_bounded(train, "momentum", 0.0, 0.9999, options.momentum);
  read_bounded(train, "weight_average", 0.0, 0.999999, options.weight_average);
  train.read("seed", options.seed);
  read_bounded(train, "threads", 0, 1024, options.threads);
  read_bounded(train, "max_seconds", 0.0, 1e9, options.max_seconds);
  APPRENTICE_CHECK(train.finish());
  return options;
}

}  // namespace apprentice
