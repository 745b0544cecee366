// SPDX-License-Identifier: Apache-2.0
// TrainingLoop: the epochs of one training, from checkpoint to checkpoint.
#pragma once

#include <chrono>
#include <memory>

#include "apprentice/train/checkpoint.h"
#include "apprentice/train/distiller.h"
#include "apprentice/train/evaluate.h"
#include "apprentice/train/lesson.h"
#include "apprentice/train/optimizer.h"
#include "apprentice/train/samples.h"

namespace apprentice {

class TrainingLoop {
 public:
  // All references must outlive the loop.
  TrainingLoop(const TrainTask& task, const Lesson& lesson, Student& student, const Samples& train,
               const Samples& validation, const RunControl& control);
  // Resumes from the checkpoint, if there is one, and trains to the end.
  Result<TrainResult> run();

 private:
  using Clock = std::chrono::steady_clock;
  void prepare_companions();
  Status resume();
  Status run_epoch();
  Status take_step(const at::Tensor& indices, EpochReport& sums);
  Status check_finite(const LossValue& value) const;
  void average_weights();
  Status finish_epoch(EpochReport epoch, double seconds);
  Score validate();
  bool is_finished() const;
  void report_progress(const EpochReport& means, int64_t steps_done, double samples_per_second) const;
  double seconds_since_start() const;

  const TrainTask& task_;
  const Lesson& lesson_;
  Student& student_;
  const Samples& train_;
  const Samples& validation_;
  const RunControl& control_;
  int64_t batch_size_, steps_per_epoch_;
  std::unique_ptr<Optimizer> optimizer_, adapter_optimizer_;  // the second is null without adapters
  TrainState state_;
  std::string identity_, checkpoint_path_;
  Clock::time_point start_ = Clock::now();
  double seconds_before_ = 0.0;
  mutable Clock::time_point last_report_{};
};

}  // namespace apprentice
