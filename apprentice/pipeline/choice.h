// SPDX-License-Identifier: Apache-2.0
// Which arm ships: the distilled student, unless the validation split says that it is worse than the control arm. The
// test split has no say.
#pragma once

#include "apprentice/pipeline/gain.h"
#include "apprentice/pipeline/steps/step.h"

namespace apprentice {

// The most that a student may lose on average and still ship: in accuracy, or as a share of the control arm's mean
// absolute error.
inline constexpr double kTolerableLoss = 0.005;
// The student is worse where mean(student - control) over training seeds and samples lies below minus kTolerableLoss,
// or where its whole 95 % interval lies below zero, drawn over training seeds and groups of the validation split.
// Merits are those of the int8 forms; a single sample decides nothing.
ReportChoice choose(const Merits& student, const Merits& control, const Truth& validation, const Job& job);

inline constexpr const char* kChoice = "choice.json";
// What the choose step wrote.
Result<ReportChoice> read_choice(const Run& run);
// The arm of the package: the student where there is no control arm.
Result<Arm> shipped_arm(const Run& run);

}  // namespace apprentice
