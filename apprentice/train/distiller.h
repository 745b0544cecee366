// SPDX-License-Identifier: Apache-2.0
// One training: step, validate, checkpoint, resume; returns a TrainReport; prints nothing.
#pragma once

#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "apprentice/base/config.h"
#include "apprentice/base/control.h"
#include "apprentice/data/dataset.h"
#include "apprentice/losses/loss_kind.h"
#include "apprentice/metrics/metric.h"
#include "apprentice/model/net_spec.h"
#include "apprentice/targets/target_store.h"
#include "apprentice/views/views.h"

namespace apprentice::train {

struct TrainOptions {
  int64_t steps = 0;            // the length; 0: as the next two say
  int64_t epochs = 40;          // passes over the training split,
  int64_t least_steps = 2000;   // but no shorter than this
  int64_t validations = 40;     // spread evenly over the length; 0 = one after every epoch
  int64_t patience_steps = 0;   // without a better validation metric before it stops; 0 = never
  int64_t patience = 0;         // the same in epochs
  double warmup = 0.025;        // share of the length: linear, then a cosine to zero
  double warmup_epochs = -1.0;  // the same in epochs; negative: not given
  int64_t batch_size = 64;
  std::string optimizer = "adamw";  // adamw | sgd
  double learning_rate = 2e-3;
  double weight_decay = 1e-2;
  double momentum = 0.9;        // sgd
  double weight_average = 0.0;  // decay of the exponential moving average of weights; 0 = off
  uint64_t seed = 1;
  int threads = 0;           // 0 = by size: one for small nets, all cores for large ones (choose_threads)
  double max_seconds = 0.0;  // 0 = no limit
};
Result<TrainOptions> read_train_options(Config& train);
// The table [train] that says the same.
nlohmann::ordered_json to_json(const TrainOptions& options);
// What `threads = 0` means for a net: one thread where a step is so short that threads would mostly wait for each other
// (docs/decisions/0006-channel-last-training.md), else all cores. Depends on net, batch size and machine only.
int choose_threads(const TrainOptions& options, const model::NetSpec& spec);

// What the training did since the point before, and how the student answers the validation split now.
struct TrainPoint {
  int64_t step = 0;     // steps taken so far
  int64_t samples = 0;  // shown since the point before
  double learning_rate = 0.0;
  double train_loss = 0.0;
  std::vector<std::pair<std::string, double>> parts;
  double validation_loss = 0.0;     // cross entropy (classification) or mean squared error
  double validation_metric = 0.0;   // of the task; an error is negative: larger is better
  double samples_per_second = 0.0;  // wall time: left out of everything that must repeat to the bit
};

enum class TrainEnd { kComplete, kOutOfPatience, kOutOfTime };

struct TrainReport {
  std::vector<TrainPoint> points;  // one per validation
  int64_t best_step = 0;           // by validation; these are the weights returned
  double best_metric = 0.0;
  int64_t planned_steps = 0, steps_per_epoch = 0;
  TrainEnd end = TrainEnd::kComplete;
};
const char* to_string(TrainEnd end);  // "out of patience"
// The point that was kept.
const TrainPoint& best_point(const TrainReport& report);
nlohmann::ordered_json to_json(const TrainReport& report);

// One student to train. `targets` is null for the control arm (labels only) and for `teach`.
struct TrainTask {
  std::string title;    // "student", "control", "teacher": leads progress lines
  model::NetSpec spec;  // with normalisation filled in
  std::shared_ptr<const data::Dataset> train, validation;
  std::shared_ptr<const targets::TargetStore> targets;  // of `train`, same order; the teacher may have seen more
  // Augmented views of the training samples, the same for every arm (the teacher answered them, too); null = none.
  std::shared_ptr<const views::Views> views;
  std::string loss = "kd";
  std::optional<losses::LossKeys> loss_keys;  // absent: the defaults of the loss
  TrainOptions options;
  metrics::Metric metric =
      metrics::Metric::kAccuracy;  // chooses the point that is kept; RMSE where a regression names no other
  std::string checkpoint_folder;   // exact resume: same bits as an uninterrupted run. Empty = no checkpoints.
};

// What makes a training, but for the answers of its teacher: network, data, views, loss, metric, options. Of the
// schedule its lengths in steps count, whatever keys said them; title, folder and time limit do not.
nlohmann::ordered_json describe(const TrainTask& task);

struct TrainResult {
  model::Model model;  // of the best point by validation
  TrainReport report;
};
// Several trainings may run side by side in threads. Refused in a build without libtorch.
Result<TrainResult> train(const TrainTask& task, const RunControl& control);

// Logits [n, classes] (or values [n, 1], in the target's unit) of a float model on a data set, by libtorch.
Result<Tensor> predict_float(const model::Model& model, const data::Dataset& data, int threads);

// "1.13.1"; empty in a build without libtorch.
std::string libtorch_version();

}  // namespace apprentice::train
