// SPDX-License-Identifier: Apache-2.0
// Checkpoint: everything that decides the rest of a training, after each validation (docs/formats/checkpoint.md).
#pragma once

#include <string>
#include <vector>

#include "apprentice/train/distiller.h"
#include "apprentice/train/evaluate.h"
#include "apprentice/train/student.h"

namespace apprentice::train {

// Tensors are flat float32 and may be views: loading writes into them.
struct TrainState {
  int64_t step = 0;       // steps taken
  bool finished = false;  // all steps, out of patience or out of time
  double seconds = 0.0;   // wall time so far, for max_seconds and the time left
  StudentState student, average, best;
  std::vector<at::Tensor> optimizer;
  // What is trained beside the student: of a feature loss the adapters' optimizer's state, the adapters and the
  // memories; the peers of dml.
  std::vector<at::Tensor> auxiliaries;
  Score best_score;
  TrainReport report;
};

// What a checkpoint belongs to: net, data, teacher answers, loss, options. Other inputs, other identity; time limits
// and titles do not count.
std::string training_identity(const TrainTask& task);

Status save_checkpoint(const std::string& path, const std::string& identity, const TrainState& state);
// Fills `state`, whose tensors have their sizes already. Refuses damaged files, and those of other inputs.
Status load_checkpoint(const std::string& path, const std::string& identity, TrainState& state);

}  // namespace apprentice::train
