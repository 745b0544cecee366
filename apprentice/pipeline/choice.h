// SPDX-License-Identifier: Apache-2.0
// Which arm ships: the distilled student, unless the validation split says that it is clearly worse than the control
// arm. The test split has no say.
#pragma once

#include "apprentice/pipeline/gain.h"
#include "apprentice/pipeline/steps/step.h"

namespace apprentice {

// The student is worse where the whole 95 % interval of mean(student - control) lies below zero, drawn over training
// seeds and groups of the validation split; a single sample proves nothing. Merits are those of the int8
// forms.
ReportChoice choose(const Merits& student, const Merits& control, const Truth& validation, const Job& job);

inline constexpr const char* kChoice = "choice.json";
// What the choose step wrote.
Result<ReportChoice> read_choice(const Run& run);
// The arm of the package: the student where there is no control arm.
Result<Arm> shipped_arm(const Run& run);

}  // namespace apprentice
