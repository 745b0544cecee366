// SPDX-License-Identifier: Apache-2.0
// Linear models on standardised columns: a softmax over classes (multinomial logistic regression), or the squared error
// (ridge regression, Hoerl and Kennard 1970). The minimum is found by L-BFGS (Nocedal 1980); the validation rows choose
// the penalty. The same rows give the same bits with any number of threads.
#pragma once

#include <cstdint>
#include <vector>

#include "apprentice/base/control.h"
#include "apprentice/base/tensor.h"

namespace apprentice::baselines {

struct LinearRows {
  Tensor values;                // float32 [rows, columns], finite, rows >= 1
  std::vector<int32_t> labels;  // one per row, in classification
  std::vector<float> targets;   // one per row, in regression
};

struct LinearOptions {
  // Of half the squared weights, beside the mean loss over rows; tried in this order, each from where the last ended,
  // until two in a row are worse on the validation rows.
  std::vector<double> penalties = {1e-1, 1e-2, 1e-3, 1e-4};
  int64_t iterations = 60;  // for each penalty, at most
  int threads = 0;          // 0 = all cores
};

struct LinearModel {
  int64_t columns = 0, outputs = 0;  // outputs: classes, or 1
  std::vector<float> mean, scale;    // of each column; a constant one has scale 0
  std::vector<float> weights;        // [columns + 1][outputs], the last row added as it is
  double penalty = 0.0;
  double validation_loss = 0.0;  // mean cross entropy in nats, or half the squared error in variances of the target
};

// classes: at least 2, or 0 for regression. Fails only with kInterrupted.
Result<LinearModel> fit_linear(const LinearRows& train, const LinearRows& validation, int64_t classes,
                               const LinearOptions& options, const RunControl& control);

// Float32 [rows, classes] logits, or [rows, 1] values.
Tensor predict_linear(const LinearModel& model, const Tensor& values);

}  // namespace apprentice::baselines
