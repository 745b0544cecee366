// SPDX-License-Identifier: Apache-2.0
// What a look tries, by the shape of samples.
#pragma once

#include <string>
#include <vector>

#include "apprentice/pipeline/look/trial.h"

namespace apprentice {

// Networks for devices, small ones first; at least one.
std::vector<Candidate> student_candidates(const Shape& sample_shape);
// Teachers that can be taught, each with the others averaged; at least one.
std::vector<Candidate> teacher_candidates(const Shape& sample_shape);
// The table [views] with its [[views.augment]], without its own header; empty for samples that are no windows.
std::string views_candidate(const Shape& sample_shape);

}  // namespace apprentice
