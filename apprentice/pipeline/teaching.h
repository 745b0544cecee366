// SPDX-License-Identifier: Apache-2.0
// The teacher's side of a run: making a taught teacher, and its stored answers.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "apprentice/pipeline/run.h"
#include "apprentice/targets/target_store.h"

namespace apprentice {

// The teacher that the teach step wrote: the average of ONNX networks that take raw samples and give logits.
Result<std::shared_ptr<Teacher>> taught_teacher(const std::vector<std::string>& model_paths, const DatasetInfo& data);

// Who learns, and by what: the student, or an assistant.
struct Pupil {
  NetSpec network;
  LossJob loss;
};
Pupil student_of(const Inputs& inputs);

// Whether the pupil's loss looks at teacher answers.
bool looks_at_answers(const Pupil& pupil);
// The same, and there is a teacher.
bool needs_targets(const Inputs& inputs, const Pupil& pupil);
inline bool needs_targets(const Run& run) { return needs_targets(run.inputs, student_of(run.inputs)); }

// What is stored of the teacher's answers to a split: of the training split every view, and the features that the
// pupil's loss looks at. Refuses a loss whose features the teacher or the pupil does not have.
Result<TargetOptions> target_options(const Inputs& inputs, const Pupil& pupil, Teacher& teacher, const Dataset& data);

// The teacher's answers on a split, from the run's store; asks the teacher for what is not yet there. Pupils learn from
// the tutor's answers on the training split.
Result<std::shared_ptr<const TargetStore>> teacher_answers(Run& run, const Dataset& data, const Pupil& pupil);
// The same for the student.
Result<std::shared_ptr<const TargetStore>> teacher_answers(Run& run, const Dataset& data);
// Whether all of them are there already.
bool has_answers(const Run& run, const Dataset& data);
// Those to the plain samples, as one tensor [n, classes].
Tensor answers_tensor(const TargetStore& store);

}  // namespace apprentice
