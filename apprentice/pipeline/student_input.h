// SPDX-License-Identifier: Apache-2.0
// What the networks of a student's side read: raw samples, or the features of the job's front end, fitted to the
// training split.
#pragma once

#include <optional>

#include "apprentice/data/load.h"
#include "apprentice/model/net_spec.h"

namespace apprentice::pipeline {

struct StudentInput {
  std::optional<model::FrontendSpec> frontend;
  Shape shape;               // of what the first layers read
  data::Normalisation norm;  // of its channels
};

// Raw values become int16 by a power of two that leaves the largest one of the training split just below 2^15, after
// its channel's mean is taken off. `constant`: of raw channels; features may always be constant, and have weight 0.
Result<StudentInput> fit_student_input(const data::Dataset& train, std::optional<model::FrontendSpec> frontend,
                                       data::ConstantChannels constant);

// All that a network which reads `input` has beside its layers: name, task, classes, shapes and normalisation.
void fill_spec(const std::string& name, const data::DatasetInfo& raw, const StudentInput& input, model::NetSpec& spec);

}  // namespace apprentice::pipeline
