// SPDX-License-Identifier: Apache-2.0
// Comparing ONNX Runtime's answers on a QDQ model with the int8 oracle, byte by byte.
#pragma once

#include <cstdint>
#include <vector>

#include "apprentice/base/tensor.h"
#include "apprentice/quant/quant_net.h"

namespace apprentice::test {

struct Tally {
  int64_t samples = 0, bytes = 0, different_samples = 0, different_bytes = 0;
  int64_t unexplained = 0;  // samples that differ without a near tie anywhere in the net
  int64_t largest = 0;      // difference of two bytes

  void add(const Tally& other);
};

// Every tensor of one raw channel-first sample.
std::vector<std::vector<int8_t>> oracle(const quant::QuantNet& net, const float* sample);
// `input`: raw samples [n, ...]; `answer`: the model's real outputs [n, outputs].
Tally compare(const quant::QuantNet& net, const Tensor& input, const Tensor& answer);

}  // namespace apprentice::test
