// SPDX-License-Identifier: Apache-2.0
// The terms of feature losses once more, as plain loops over doubles written from the formulas.
#pragma once

#include <ATen/core/Tensor.h>

#include <map>
#include <string>
#include <vector>

namespace apprentice {

// All float64. Maps are [batch, channels, height, width], vectors [batch, values].
struct FeatureCase {
  std::vector<at::Tensor> student, teacher;
  at::Tensor logits, teacher_logits, values;     // values: regression
  at::Tensor classifier, classifier_offset;      // teacher_logits = classifier . pooled teacher maps + offset
  std::vector<at::Tensor> parameters, memories;  // of the adapters, in the order in which they were made
  std::vector<int64_t> labels, samples;          // of all training samples; of the batch
  int64_t epoch = 1;
};

using FeatureReference = double (*)(const FeatureCase& input);
// One per row of the loss table that looks at features; the default keys, without the parts of logits.
const std::map<std::string, FeatureReference>& feature_references();

}  // namespace apprentice
