// SPDX-License-Identifier: Apache-2.0
#include "tests/onnx_runtime/qdq_tally.h"

#include <algorithm>
#include <cmath>

#include "tests/onnx_runtime/near_ties.h"

namespace apprentice::test {
namespace {

// The byte behind a real output.
int64_t byte_of(const quant::QuantNet& net, float real) {
  const layers::QuantParams& params = net.output_tensor().params;
  const double logit = (double{real} - double{net.spec.output_mean}) / double{net.spec.output_scale};
  return std::lround(logit / params.scale) + params.zero_point;
}

Tally compare_sample(const quant::QuantNet& net, const float* sample, const float* answer) {
  Tally tally;
  const std::vector<std::vector<int8_t>> tensors = oracle(net, sample);
  const std::vector<int8_t>& expected = tensors[static_cast<size_t>(net.layers.back().output)];
  for (size_t k = 0; k < expected.size(); ++k) {
    const int64_t away = std::abs(byte_of(net, answer[k]) - expected[k]);
    tally.bytes += 1;
    tally.different_bytes += away != 0 ? 1 : 0;
    tally.largest = std::max(tally.largest, away);
  }
  tally.samples = 1;
  tally.different_samples = tally.different_bytes > 0 ? 1 : 0;
  tally.unexplained = tally.different_bytes > 0 && near_ties(net, tensors) == 0 ? 1 : 0;
  return tally;
}

}  // namespace

void Tally::add(const Tally& other) {
  samples += other.samples;
  bytes += other.bytes;
  different_samples += other.different_samples;
  different_bytes += other.different_bytes;
  unexplained += other.unexplained;
  largest = std::max(largest, other.largest);
}

std::vector<std::vector<int8_t>> oracle(const quant::QuantNet& net, const float* sample) {
  return net.run_all(net.quantize_sample(sample).data());
}

Tally compare(const quant::QuantNet& net, const Tensor& input, const Tensor& answer) {
  Tally tally;
  const int64_t sample = element_count(net.spec.input_shape), outputs = answer.shape()[1];
  for (int64_t n = 0; n < input.shape()[0]; ++n) {
    tally.add(compare_sample(net, input.data<float>() + n * sample, answer.data<float>() + n * outputs));
  }
  return tally;
}

}  // namespace apprentice::test
