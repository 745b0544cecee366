// SPDX-License-Identifier: Apache-2.0
// What compare() is made of. Internal to pipeline/.
#pragma once

#include <string>
#include <vector>

#include "apprentice/pipeline/run.h"
#include "apprentice/pipeline/training.h"
#include "apprentice/report/comparison.h"
#include "apprentice/train/distiller.h"

namespace apprentice::pipeline {

// One method, or the control arm, with a training per seed.
struct ComparedArm {
  std::string name;
  std::vector<Training> trainings;
  std::vector<train::TrainReport> histories;  // once they are trained
};

// The control arm first, the others from best to worst on the validation split, by the mean metric of their kept
// points; among equals by the mean loss, as points are chosen.
void rank(std::vector<ComparedArm>& arms);
// Name of the best arm there; "control" unless a method beats it. The arms are ranked.
const std::string& winner_of(const std::vector<ComparedArm>& arms);

// Reads the test split: every float student, and the int8 forms of winner and control arm. The arms are ranked.
Result<report::ComparisonData> score_arms(Run& run, const std::vector<ComparedArm>& arms);

}  // namespace apprentice::pipeline
