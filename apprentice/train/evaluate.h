// SPDX-License-Identifier: Apache-2.0
// What a student answers on a whole data set, and how good that is.
#pragma once

#include "apprentice/metrics/metric.h"
#include "apprentice/train/samples.h"

namespace apprentice::train {

// Outputs [n, outputs] of Student::forward in evaluation mode.
at::Tensor answer_all(const Student& student, const Samples& samples);

struct Score {
  double loss = 0.0;    // mean cross entropy; mean squared error in the target's unit
  double metric = 0.0;  // as the job judges; an error in the target's unit is negative: larger is better
};
Score score(const Student& student, const Samples& samples, metrics::Metric metric);
// By metric; among equals by loss.
bool is_better(const Score& candidate, const Score& best);

// [n, outputs] in the target's unit, batch by batch: nothing of the data set stays in memory.
Result<Tensor> predict(const Student& student, const data::Dataset& data);

}  // namespace apprentice::train
