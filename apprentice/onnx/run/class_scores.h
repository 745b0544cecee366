// SPDX-License-Identifier: Apache-2.0
// What the classifiers and regressors of ai.onnx.ml have in common: samples as rows, labels, and what is done to the
// scores at the end. Internal to onnx/run/.
#pragma once

#include <string>

#include "apprentice/onnx/run/op.h"

namespace apprentice::onnx::run {

// X as contiguous float64 [samples, features]; refuses other shapes and fewer than `least` features.
at::Tensor sample_rows(OpCall& call, const at::Tensor& x, int64_t least);

// The labels of the classes: those of the integer list as int64 [classes]; texts are given by their place in the list.
at::Tensor class_labels(OpCall& call, const char* integers_name, const char* texts_name);

// post_transform: NONE, SOFTMAX, LOGISTIC, SOFTMAX_ZERO (zeros stay), PROBIT (the normal quantile), along the last
// axis.
at::Tensor transform_scores(OpCall& call, const at::Tensor& scores, const std::string& how);

// Two columns of a single score [n], which speaks for class 1, as ONNX Runtime has it where the specification says
// nothing: LOGISTIC makes probabilities of both; else class 0 has what is left of 1 where scores are shares, or the
// opposite.
at::Tensor both_classes(const at::Tensor& score, bool shares, const std::string& how);

}  // namespace apprentice::onnx::run
