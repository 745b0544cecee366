// SPDX-License-Identifier: Apache-2.0
// One sample's logits: argmax and a log-softmax that neither overflows nor loses small probabilities.
// Internal to metrics/.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "apprentice/base/error.h"
#include "apprentice/base/tensor.h"

namespace apprentice::metrics {

struct LogitRows {
  const float* first = nullptr;
  int64_t samples = 0, classes = 0;

  explicit LogitRows(const Tensor& logits) {
    promise(logits.shape().size() == 2, "logits are [samples, classes]");
    promise(logits.size() > 0, "metrics need at least one sample and one class");
    first = logits.data<float>();
    samples = logits.shape()[0];
    classes = logits.shape()[1];
  }
  const float* row(int64_t sample) const { return first + sample * classes; }
  // Ties: the lowest index. NaN is never the largest unless nothing else is there.
  int64_t argmax(int64_t sample) const {
    const float* values = row(sample);
    int64_t best = 0;
    for (int64_t k = 1; k < classes; ++k) {
      if (values[k] > values[best] || (std::isnan(values[best]) && !std::isnan(values[k]))) best = k;
    }
    return best;
  }
  // log p_k = x_k - max - log(sum_j exp(x_j - max)): every exponent is at most 0.
  void log_softmax(int64_t sample, std::vector<double>* out) const {
    const float* values = row(sample);
    const double largest = values[argmax(sample)];
    double sum = 0.0;
    for (int64_t k = 0; k < classes; ++k) sum += std::exp(values[k] - largest);
    const double log_sum = std::log(sum);
    out->resize(static_cast<size_t>(classes));
    for (int64_t k = 0; k < classes; ++k) (*out)[static_cast<size_t>(k)] = values[k] - largest - log_sum;
  }
};

}  // namespace apprentice::metrics
