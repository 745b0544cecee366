// SPDX-License-Identifier: Apache-2.0
// TrainingLoop: the steps of one training, from validation to validation.
#pragma once

#include <chrono>
#include <memory>

#include "apprentice/train/checkpoint.h"
#include "apprentice/train/distiller.h"
#include "apprentice/train/evaluate.h"
#include "apprentice/train/objective.h"
#include "apprentice/train/optimizer.h"
#include "apprentice/train/samples.h"
#include "apprentice/train/schedule.h"

namespace apprentice::train {

class TrainingLoop {
 public:
  // All references must outlive the loop.
  TrainingLoop(const TrainTask& task, const Objective& objective, Student& student, const Samples& train,
               const Samples& validation, const RunControl& control);
  // Resumes from the checkpoint, if there is one, and trains to the end.
  Result<TrainResult> run();

 private:
  using Clock = std::chrono::steady_clock;
  void prepare_auxiliaries();
  Status resume();
  Status run_to_validation();
  at::Tensor next_batch();
  Status take_step(const at::Tensor& indices, TrainPoint& sums);
  Status check_finite(const losses::LossValue& value) const;
  void average_weights();
  Status finish_point(TrainPoint point);
  Score validate();
  bool is_out_of_time() const;
  void update_end();
  void report_progress(const TrainPoint& means) const;
  double seconds_since_start() const;

  const TrainTask& task_;
  const Objective& objective_;
  Student& student_;
  const Samples& train_;
  const Samples& validation_;
  const RunControl& control_;
  int64_t batch_size_;
  Schedule schedule_;
  at::Tensor order_;                                          // of the samples in the epoch now
  int64_t order_epoch_ = -1;                                  // counted from 0
  std::unique_ptr<Optimizer> optimizer_, adapter_optimizer_;  // the second is null without adapters
  TrainState state_;
  std::string identity_, checkpoint_path_;
  Clock::time_point start_ = Clock::now();
  double seconds_before_ = 0.0;
  mutable Clock::time_point last_report_{};
};

}  // namespace apprentice::train
