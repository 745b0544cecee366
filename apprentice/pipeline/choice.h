// SPDX-License-Identifier: Apache-2.0
// What ships, decided once, on the validation split by the job's metric: docs/decisions/0012-what-ships.md. The test
// split has no say.
#pragma once

#include "apprentice/pipeline/gain.h"
#include "apprentice/pipeline/steps/step.h"

namespace apprentice::pipeline {

// The student ships where its mean over training seeds is ahead of the control arm's by more than one standard error of
// their difference; level or behind, the control arm ships unless the job forbids it. A single sample decides nothing.
// Of an arm's trainings the best one stands for it; among equals the first. Scores are those of the int8 forms;
// `control` is empty where the job has no such arm.
report::ReportChoice choose(const Scorecards& student, const Scorecards& control, const Truth& validation,
                            const Job& job);

inline constexpr const char* kChoice = "choice.json";
// What the choose step wrote.
Result<report::ReportChoice> read_choice(const Run& run);
// The arm of the package, with the training that stands for it.
Result<Arm> shipped_arm(const Run& run);
// Both arms (or the only one), each with the training that stands for it.
std::vector<Arm> chosen_arms(const report::ReportChoice& choice, const Job& job);

}  // namespace apprentice::pipeline
