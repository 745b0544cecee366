// SPDX-License-Identifier: Apache-2.0
// label: the teacher's answers on the training split, in the run's target store. The store seals its own shards.
#include "apprentice/pipeline/steps/step.h"
#include "apprentice/pipeline/teaching.h"

namespace apprentice {

Result<StepOutcome> label_step(Run& run) {
  if (!needs_targets(run)) return StepOutcome::kUnchanged;
  const bool stored = has_student_targets(run);
  APPRENTICE_TRY(const auto store, student_targets(run, Asked::kTrain));
  return stored ? StepOutcome::kUnchanged : StepOutcome::kDone;
}

}  // namespace apprentice
