// SPDX-License-Identifier: Apache-2.0
// What the networks of a run answer: one way for the choice, the report and comparisons.
#pragma once

#include <string>

#include "apprentice/pipeline/run.h"

namespace apprentice::pipeline {

// Outputs, float32 [n, classes] or [n, 1].
struct NetAnswers {
  Tensor outputs;
  int64_t bytes = 0;  // of weights and biases
};
// Of a trained folder ("student-2", "compare/kd-2") on a split, in float32.
Result<NetAnswers> answer_float(const Run& run, const std::string& folder, const data::Dataset& data);
// The same of its int8 form, by the oracle.
Result<NetAnswers> answer_int8(const Run& run, const std::string& folder, const data::Dataset& data);
// Of the job's teacher on the student's test samples.
Result<Tensor> answer_teacher(Run& run);

}  // namespace apprentice::pipeline
