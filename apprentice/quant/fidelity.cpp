// SPDX-License-Identifier: Apache-2.0
#include "apprentice/quant/fidelity.h"

#include <algorithm>
#include <cmath>

namespace apprentice {
namespace {

using Values = std::vector<double>;

// The bytes as real values in the float net's order: channel-first.
Values real_values(const QuantTensor& tensor, const std::vector<int8_t>& bytes) {
  const auto channels = static_cast<size_t>(tensor.channels), plane = bytes.size() / channels;
  Values values(bytes.size());
  for (size_t i = 0; i < bytes.size(); ++i) {
    values[i % channels * plane + i / channels] = tensor.params.scale * (bytes[i] - tensor.params.zero_point);
  }
  return values;
}

double log_sum_exp(const Values& logits) {
  const double largest = *std::max_element(logits.begin(), logits.end());
  double sum = 0.0;
  for (double logit : logits) sum += std::exp(logit - largest);
  return largest + std::log(sum);
}

double kl(const Values& reference, const Values& other) {
  const double reference_log = log_sum_exp(reference), other_log = log_sum_exp(other);
  double sum = 0.0;
  for (size_t i = 0; i < reference.size(); ++i) {
    const double log_p = reference[i] - reference_log;
    sum += std::exp(log_p) * (log_p - (other[i] - other_log));
  }
  return sum;
}

double mean_square(const Values& reference, const Values& other) {
  double sum = 0.0;
  for (size_t i = 0; i < reference.size(); ++i) sum += (reference[i] - other[i]) * (reference[i] - other[i]);
  return sum / static_cast<double>(reference.size());
}

}  // namespace

Fidelity::Fidelity(FloatNet& net, size_t output, const Dataset& data, int64_t samples)
    : data_(data), classifier_(net.model().spec.class_names.size() > 1) {
  const int64_t count = std::min(samples, data.size());
  std::vector<float> sample(static_cast<size_t>(element_count(data.info().sample_shape)));
  for (int64_t i = 0; i < count; ++i) {
    indices_.push_back(i * data.size() / count);
    data.get(indices_.back(), sample.data());
    net.run(sample.data());
    outputs_.push_back(net.output(output));
  }
}

double Fidelity::distance(const QuantNet& net) const {
  std::vector<float> sample(static_cast<size_t>(net.tensors[0].size())), last(sample.size());
  std::vector<int8_t> input(sample.size());
  double sum = 0.0;
  for (size_t i = 0; i < indices_.size(); ++i) {
    data_.get(indices_[i], sample.data());
    to_channel_last(sample.data(), net.spec.input_shape, last.data());
    net.quantize_input(last.data(), input.data());
    const Values values = real_values(net.output_tensor(), net.run(input.data()));
    sum += classifier_ ? kl(outputs_[i], values) : mean_square(outputs_[i], values);
  }
  return sum / static_cast<double>(indices_.size());
}

}  // namespace apprentice
