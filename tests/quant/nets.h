// SPDX-License-Identifier: Apache-2.0
// Data sets and nets that the tests of quant/ share.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "apprentice/base/random.h"
#include "apprentice/families/family.h"
#include "apprentice/layers/float_net.h"
#include "apprentice/quant/quant_net.h"

namespace apprentice::test {

// Samples of normal noise, or given ones.
class NoiseData : public data::Dataset {
 public:
  NoiseData(const Shape& shape, int64_t count, uint64_t seed, double spread = 1.0) : count_(count) {
    info_.sample_shape = shape;
    Rng rng(seed, "noise");
    for (int64_t i = 0; i < count * element_count(shape); ++i) {
      values.push_back(static_cast<float>(spread * rng.normal()));
    }
  }
  const data::DatasetInfo& info() const override { return info_; }
  int64_t size() const override { return count_; }
  void get(int64_t index, float* out) const override {
    const int64_t n = element_count(info_.sample_shape);
    std::copy_n(values.data() + index * n, n, out);
  }
  data::SampleInfo sample_info(int64_t) const override { return {}; }
  const std::string& group_name(int32_t) const override { return name_; }
  const std::map<std::string, std::string>& group_attributes(int32_t) const override { return attributes_; }

  std::vector<float> values;

 private:
  data::DatasetInfo info_;
  int64_t count_;
  std::string name_ = "noise";
  std::map<std::string, std::string> attributes_;
};

inline model::LayerSpec layer_of(const std::string& name, const std::string& kind, std::vector<std::string> inputs,
                                 int64_t channels = 0) {
  model::LayerSpec layer;
  layer.name = name;
  layer.kind = kind;
  layer.inputs = std::move(inputs);
  layer.channels = channels;
  return layer;
}

// A family's net (text: its TOML keys) with random weights, biases and running statistics.
inline model::Model family_model(const std::string& text, const Shape& input, int64_t outputs, uint64_t seed) {
  Config table = *Config::parse(text, "test");
  model::Model model;
  model.spec = *families::read_net_spec(table, input, outputs);
  model.weights = *layers::initial_weights(model.spec, seed);
  Rng rng(seed, "statistics");
  for (auto& [name, tensor] : model.weights) {
    const std::string suffix = name.substr(name.rfind('.'));
    if (suffix == ".weight") continue;
    for (int64_t i = 0; i < tensor.size(); ++i) {
      const double positive = 0.5 + rng.uniform(), any = 0.3 * rng.normal();
      tensor.data<float>()[i] = static_cast<float>(suffix == ".gamma" || suffix == ".variance" ? positive : any);
    }
  }
  return model;
}

// Channel-first float order of a layer's output, from channel-last bytes.
inline std::vector<double> dequantized(const layers::QuantTensor& tensor, const int8_t* bytes) {
  const int64_t plane = tensor.height * tensor.width;
  std::vector<double> values(static_cast<size_t>(tensor.size()));
  for (int64_t i = 0; i < tensor.size(); ++i) {
    const int64_t c = i % tensor.channels, position = i / tensor.channels;
    values[static_cast<size_t>(c * plane + position)] = tensor.params.scale * (bytes[i] - tensor.params.zero_point);
  }
  return values;
}

}  // namespace apprentice::test
