// SPDX-License-Identifier: Apache-2.0
// The [train] table of a job.
#include "apprentice/base/cores.h"
#include "apprentice/layers/layer.h"
#include "apprentice/train/distiller.h"

namespace apprentice::train {
namespace {

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
  if (train.has("steps") || options.steps > 0) {
    train.read_bounded("steps", options.steps, 1, kMostSteps);
  } else {
    if (in_epochs) options.least_steps = options.validations = 0;
    train.read_bounded("epochs", options.epochs, 1, 1000000);
    train.read_bounded("least_steps", options.least_steps, 0, kMostSteps);
  }
  train.read_bounded("validations", options.validations, 0, 1000000);
  if (train.has("patience") || options.patience > 0) {
    train.read_bounded("patience", options.patience, 0, 1000000);
  } else {
    train.read_bounded("patience_steps", options.patience_steps, 0, kMostSteps);
  }
  if (in_epochs && !train.has("warmup") && options.warmup_epochs < 0.0) options.warmup_epochs = 1.0;
  if (train.has("warmup_epochs") || options.warmup_epochs >= 0.0) {
    train.read_bounded("warmup_epochs", options.warmup_epochs, 0.0, 1e6);
  } else {
    train.read_bounded("warmup", options.warmup, 0.0, 1.0);
  }
  for (const char* key : {"steps", "epochs", "least_steps", "patience", "patience_steps", "warmup", "warmup_epochs"}) {
    if (!train.has(key)) static_cast<void>(train.read_any(key));
  }
}

// Keeps what the table does not say.
void read_options(Config& train, TrainOptions& options) {
  read_length(train, options);
  train.read_bounded("batch_size", options.batch_size, 1, 65536);
  train.read_choice("optimizer", options.optimizer, {"adamw", "sgd"});
  // AdamW moves every weight by about its rate in each step.
  train.read_bounded("learning_rate", options.learning_rate, 1e-9, options.optimizer == "sgd" ? 10.0 : 1.0);
  train.read_bounded("weight_decay", options.weight_decay, 0.0, 10.0);
  train.read_bounded("momentum", options.momentum, 0.0, 0.9999);
  train.read_bounded("weight_average", options.weight_average, 0.0, 0.999999);
  train.read("seed", options.seed);
  train.read_bounded("threads", options.threads, 0, 1024);
  train.read_bounded("max_seconds", options.max_seconds, 0.0, 1e9);
}

// Multiply-accumulates of one forward pass from which a second thread pays: some 10 ms on one core.
constexpr int64_t kManyMacs = int64_t{1} << 28;

}  // namespace

int choose_threads(const TrainOptions& options, const model::NetSpec& spec) {
  if (options.threads > 0) return options.threads;
  const auto cost = layers::net_cost(spec);
  if (!cost || cost->macs < kManyMacs / options.batch_size) return 1;
  return core_count();
}

Result<TrainOptions> read_train_options(Config& train) {
  TrainOptions options;
  read_options(train, options);
  APPRENTICE_CHECK(train.finish());
  return options;
}

// A table that says nothing tells the values that are in force.
nlohmann::ordered_json to_json(const TrainOptions& options) {
  Config silent;
  TrainOptions same = options;
  read_options(silent, same);
  return silent.resolved();
}

}  // namespace apprentice::train
