// SPDX-License-Identifier: Apache-2.0
// The teacher's side of a run: making a taught teacher, and its stored answers.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "apprentice/pipeline/run.h"
#include "apprentice/targets/target_store.h"

namespace apprentice::pipeline {

// The teacher that the teach step wrote: the average of ONNX networks that take raw samples and give logits, and of
// boosted trees (.json) on the statistics of samples. `device` as find_compute_device() takes it.
Result<std::shared_ptr<teacher::Teacher>> taught_teacher(const std::vector<std::string>& model_paths,
                                                         const data::DatasetInfo& data,
                                                         const std::string& device = "cpu");
// Those that steps of a run have written, opened when they are first asked for. Any thread.
class TaughtTeachers {
 public:
  Result<std::shared_ptr<teacher::Teacher>> open(const std::vector<std::string>& model_paths,
                                                 const data::DatasetInfo& data, const std::string& device = "cpu");

 private:
  std::mutex opening_;
  std::map<std::vector<std::string>, std::shared_ptr<teacher::Teacher>> opened_;
};

// Of a member of a taught teacher: its ONNX file, or the .json of its trees. It lies at home.
std::string taught_path(const Job& job, size_t member);
// Of an assistant, in the run directory.
std::string assistant_path(size_t number);

// The job's own: that of [teacher], or the one that the teach step has made; null without.
Result<std::shared_ptr<teacher::Teacher>> job_teacher(const Run& run);
// What is known of teacher_of() a number, in its home or the run directory; and the files that it was made from.
std::string known_path(size_t number);
std::vector<std::string> teacher_files(const Run& run, size_t number);
// From whom the assistant of this number learns, or the student, who comes after the last: the one before it, or the
// job's own, which may be null.
Result<std::shared_ptr<teacher::Teacher>> teacher_of(const Run& run, size_t number);

// Who learns, and by what: the student, or an assistant. All see what the student sees.
struct Learner {
  model::NetSpec network;
  LossJob loss;
  size_t number = 0;  // of the assistant; the student comes after the last
};
Learner student_of(const Inputs& inputs);
// The same with another loss.
Learner student_with(const Inputs& inputs, const LossJob& loss);
// All assistants and the student, in the order of learning. The first learns from the job's own teacher.
std::vector<Learner> learners_of(const Inputs& inputs);

// Whether the learner's loss looks at teacher answers.
bool looks_at_answers(const Learner& learner);
// The same, and there is or will be a teacher.
bool needs_targets(const Inputs& inputs, const Learner& learner);

// What is stored of a teacher's answers to a training split: every view of it, and the features that the learner's loss
// looks at. Refuses a loss whose features the teacher or the learner does not have. Any thread.
Result<targets::TargetOptions> target_options(std::shared_ptr<const views::Views> views, const Learner& learner,
                                              teacher::Teacher& teacher);

// Sides of the data that a teacher is asked about.
enum class Asked { kTrain, kTest };
// Stores what a learner learns from, or on the test split what its results are compared with: what the job's own
// teacher answers on a side of the full data, in the teacher's home, to test samples logits alone; or what the
// assistant before the learner answers on the student's training samples, in the run's own directory. Asks for what is
// not yet there.
Status store_answers(const Run& run, Asked side, const Learner& learner, const RunControl& control);
// Whether all of them are there already.
bool has_answers(const Run& run, Asked side, const Learner& learner);

// The folder of the store that a learner learns from: one for all that look at the same of the same teacher, which is
// there. Refuses as target_options().
Result<std::string> learner_store_folder(const Run& run, const Learner& learner);
// The answers to the student's samples, over the student's classes; stored where that has not been done. A device of a
// hall only reads what its hall has stored.
Result<std::shared_ptr<const targets::TargetStore>> learner_targets(const Run& run, Asked side, const Learner& learner);
// The same of the student.
inline Result<std::shared_ptr<const targets::TargetStore>> student_targets(const Run& run, Asked side) {
  return learner_targets(run, side, student_of(run.inputs));
}

// Those to the plain samples, as one tensor [n, classes].
Tensor answers_tensor(const targets::TargetStore& store);

}  // namespace apprentice::pipeline
