// SPDX-License-Identifier: Apache-2.0
// How good a student's answers to a data set are.
#pragma once

namespace apprentice::train {

struct Score {
  double loss = 0.0;    // mean cross entropy; mean squared error in the target's unit
  double metric = 0.0;  // as the job judges; an error in the target's unit is negative: larger is better
};

// By metric; among equals by loss.
inline bool is_better(const Score& candidate, const Score& best) {
  if (candidate.metric != best.metric) return candidate.metric > best.metric;
  return candidate.loss < best.loss;
}

}  // namespace apprentice::train
