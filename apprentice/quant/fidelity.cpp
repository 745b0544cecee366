// SPDX-License-Identifier: Apache-2.0
#include "apprentice/quant/fidelity.h"

#include <algorithm>

#include "apprentice/metrics/metrics.h"

namespace apprentice::quant {
namespace {

// The bytes as real values in the float net's order: channel-first.
void write_values(const layers::QuantTensor& tensor, const std::vector<int8_t>& bytes, float* out) {
  const auto channels = static_cast<size_t>(tensor.channels), plane = bytes.size() / channels;
  for (size_t i = 0; i < bytes.size(); ++i) {
    const double value = tensor.params.scale * (bytes[i] - tensor.params.zero_point);
    out[i % channels * plane + i / channels] = static_cast<float>(value);
  }
}

double mean_square(const Tensor& a, const Tensor& b) {
  double sum = 0.0;
  for (int64_t i = 0; i < a.size(); ++i) {
    const double difference = double{a.data<float>()[i]} - double{b.data<float>()[i]};
    sum += difference * difference;
  }
  return sum / static_cast<double>(a.size());
}

}  // namespace

Fidelity::Fidelity(layers::FloatNet& net, size_t output, const data::Dataset& data, int64_t samples)
    : data_(data), classifier_(net.model().spec.class_names.size() > 1) {
  const int64_t count = std::min(samples, data.size()), values = element_count(net.shapes()[output]);
  outputs_ = Tensor(DType::kF32, {count, values});
  std::vector<float> sample(static_cast<size_t>(element_count(data.info().sample_shape)));
  for (int64_t i = 0; i < count; ++i) {
    indices_.push_back(i * data.size() / count);
    data.get(indices_.back(), sample.data());
    net.run(sample.data());
    if (net.net_input().frontend() != nullptr) keep_features(*net.net_input().frontend(), sample.data());
    std::transform(net.output(output).begin(), net.output(output).end(), outputs_.data<float>() + i * values,
                   [](double value) { return static_cast<float>(value); });
  }
}

void Fidelity::keep_features(const frontend::Frontend& frontend, const float* sample) {
  features_.emplace_back(static_cast<size_t>(element_count(frontend.feature_shape())));
  frontend.run(sample, features_.back().data());
}

std::vector<int8_t> Fidelity::input_of(const QuantNet& net, size_t index) const {
  if (!features_.empty()) {
    std::vector<int8_t> bytes(features_[index].size());
    net.quantize_features(features_[index].data(), bytes.data());
    return bytes;
  }
  std::vector<float> sample(static_cast<size_t>(element_count(net.spec.input_shape)));
  data_.get(indices_[index], sample.data());
  return net.quantize_sample(sample.data());
}

double Fidelity::distance(const QuantNet& net) const {
  Tensor answers(DType::kF32, outputs_.shape());
  for (size_t i = 0; i < indices_.size(); ++i) {
    float* out = answers.data<float>() + static_cast<int64_t>(i) * outputs_.shape()[1];
    write_values(net.output_tensor(), net.run(input_of(net, i).data()), out);
  }
  return classifier_ ? metrics::agreement(outputs_, answers).kl : mean_square(outputs_, answers);
}

}  // namespace apprentice::quant
