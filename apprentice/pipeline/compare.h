// SPDX-License-Identifier: Apache-2.0
// compare(): several methods of distillation and the control arm, each with several training seeds. Methods that look
// at the same answers share a target store. The validation split ranks them; the test split is read once, at the end.
// docs/howto/choose_a_method.md
#pragma once

#include <string>
#include <vector>

#include "apprentice/pipeline/methods.h"
#include "apprentice/pipeline/run.h"

namespace apprentice::pipeline {

// The teacher is there, and so are the assistants, the last of which teaches: their steps have run. Refuses methods
// that look at features which teacher or student do not have. Each training is a sealed step in compare/<method>-<n>/
// and resumes; more methods or seeds of a finished comparison train only what is new. Writes the two files above.
Result<StepOutcome> compare(Run& run, const std::vector<Method>& methods, int64_t seeds);

}  // namespace apprentice::pipeline
