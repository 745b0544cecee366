// SPDX-License-Identifier: Apache-2.0
// What a student answers on a whole data set, and how good that is.
#pragma once

#include "apprentice/metrics/metric.h"
#include "apprentice/train/samples.h"
#include "apprentice/train/score.h"

namespace apprentice::train {

// Outputs [n, outputs] of Student::forward in evaluation mode.
at::Tensor answer_all(const Student& student, const Samples& samples);

Score score(const Student& student, const Samples& samples, metrics::Metric metric);

// [n, outputs] in the target's unit, batch by batch: nothing of the data set stays in memory.
Result<Tensor> predict(const Student& student, const data::Dataset& data);

}  // namespace apprentice::train
