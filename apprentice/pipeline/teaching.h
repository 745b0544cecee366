// SPDX-License-Identifier: Apache-2.0
// The teacher's side of a run: making a taught teacher, and its stored answers.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "apprentice/pipeline/run.h"
#include "apprentice/targets/target_store.h"

namespace apprentice {

// The teacher that the teach step wrote: the average of ONNX networks that take raw samples and give logits, and of
// boosted trees (.json) on the statistics of samples. `device` as find_compute_device() takes it.
Result<std::shared_ptr<Teacher>> taught_teacher(const std::vector<std::string>& model_paths, const DatasetInfo& data,
                                                const std::string& device = "cpu");

// Who learns, and by what: the student, or an assistant. All see what the student sees.
struct Pupil {
  NetSpec network;
  LossJob loss;
};
Pupil student_of(const Inputs& inputs);
// All assistants and the student, in the order of learning. The first learns from the job's own teacher.
std::vector<Pupil> pupils_of(const Inputs& inputs);

// Whether the pupil's loss looks at teacher answers.
bool looks_at_answers(const Pupil& pupil);
// The same, and there is a teacher.
bool needs_targets(const Inputs& inputs, const Pupil& pupil);
inline bool needs_targets(const Run& run) { return needs_targets(run.inputs, student_of(run.inputs)); }

// What is stored of a teacher's answers to a training split: every view of it, and the features that the pupil's loss
// looks at. Refuses a loss whose features the teacher or the pupil does not have. Any thread.
Result<TargetOptions> target_options(std::shared_ptr<const Views> views, const Pupil& pupil, Teacher& teacher);

// Sides of the data that a teacher is asked about.
enum class Asked { kTrain, kTest };
// What the job's own teacher answers on a side of the full data, from the store in the teacher's home; asks the teacher
// for what is not yet there. To test samples it gives logits alone. A device of a hall only reads what its hall has
// stored.
Result<std::shared_ptr<const TargetStore>> teacher_answers(Run& run, Asked side, const Pupil& pupil);
// Whether all of them are there already.
bool has_teacher_answers(const Run& run, Asked side, const Pupil& pupil);

// The folder of the store that a pupil learns from: one for all that look at the same of the same teacher, which is
// there. Refuses as target_options().
Result<std::string> pupil_store_folder(const Run& run, const Pupil& pupil);
// What a pupil learns from: answers to the student's training samples, over the student's classes. A tutor gives just
// these, into the run's own store; what the job's teacher answered is restricted to them.
Result<std::shared_ptr<const TargetStore>> pupil_targets(Run& run, const Pupil& pupil);
// The same of the student, and what results are compared with: the job's teacher on the student's test samples.
Result<std::shared_ptr<const TargetStore>> student_targets(Run& run, Asked side);
// Whether all answers that the student learns from are there already.
bool has_student_targets(const Run& run);

// Those to the plain samples, as one tensor [n, classes].
Tensor answers_tensor(const TargetStore& store);

}  // namespace apprentice
