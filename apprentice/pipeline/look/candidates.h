// SPDX-License-Identifier: Apache-2.0
// What a look tries, by the shape of samples.
#pragma once

#include <string>
#include <vector>

#include "apprentice/pipeline/look/trial.h"

namespace apprentice::pipeline {

// Networks for devices, small ones first; at least one.
std::vector<Candidate> student_candidates(const Shape& sample_shape);
// Teachers that can be taught, each with the others averaged; at least one.
std::vector<Candidate> teacher_candidates(const Shape& sample_shape);

// A way for a student to learn from a teacher.
struct Way {
  std::string name;   // "answers to mixed samples"
  std::string loss;   // the keys of [loss]
  std::string views;  // those of [[views.augment]], with their headers; empty: plain samples
};
// The first one is what a job does without a look.
std::vector<Way> ways_to_learn(const Shape& sample_shape, TaskKind task);

}  // namespace apprentice::pipeline
