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
  read_bounded<int64_t>(train, "epochs", 1, 1000000, options.epochs);
  read_bounded<int64_t>(train, "batch_size", 1, 65536, options.batch_size);
  train.read_choice("optimizer", options.optimizer, {"adamw", "sgd"});
  // AdamW moves every weight by about its rate in each step.
  read_bounded(train, "learning_rate", 1e-9, options.optimizer == "sgd" ? 10.0 : 1.0, options.learning_rate);
  read_bounded(train, "weight_decay", 0.0, 10.0, options.weight_decay);
  read_bounded(train, "momentum", 0.0, 0.9999, options.momentum);
  read_bounded(train, "warmup_epochs", 0.0, 1e6, options.warmup_epochs);
  read_bounded<int64_t>(train, "patience", 0, 1000000, options.patience);
  read_bounded(train, "weight_average", 0.0, 0.999999, options.weight_average);
  train.read("seed", options.seed);
  read_bounded(train, "threads", 0, 1024, options.threads);
  read_bounded(train, "max_seconds", 0.0, 1e9, options.max_seconds);
  APPRENTICE_CHECK(train.finish());
  return options;
}

}  // namespace apprentice
