// SPDX-License-Identifier: Apache-2.0
// A small data set in memory, for tests of rooms that take any Dataset.
#pragma once

#include <algorithm>
#include <cmath>

#include "apprentice/base/random.h"
#include "apprentice/data/dataset.h"

namespace apprentice {

class MemoryDataset final : public data::Dataset {
 public:
  MemoryDataset(data::DatasetInfo info, std::vector<std::vector<float>> samples, std::vector<data::SampleInfo> infos)
      : info_(std::move(info)), samples_(std::move(samples)), infos_(std::move(infos)) {}
  const data::DatasetInfo& info() const override { return info_; }
  int64_t size() const override { return static_cast<int64_t>(samples_.size()); }
  void get(int64_t index, float* out) const override {
    const std::vector<float>& sample = samples_[static_cast<size_t>(index)];
    std::copy(sample.begin(), sample.end(), out);
  }
  data::SampleInfo sample_info(int64_t index) const override { return infos_[static_cast<size_t>(index)]; }
  const std::string& group_name(int32_t) const override { return group_; }
  const std::map<std::string, std::string>& group_attributes(int32_t) const override { return attributes_; }

  std::vector<data::SampleInfo>& infos() { return infos_; }
  std::vector<std::vector<float>>& samples() { return samples_; }
  data::DatasetInfo& changeable_info() { return info_; }

 private:
  data::DatasetInfo info_;
  std::vector<std::vector<float>> samples_;
  std::vector<data::SampleInfo> infos_;
  std::string group_ = "all";
  std::map<std::string, std::string> attributes_;
};

// Noise on a sine along the last axis whose frequency is the class; the regression target is the mean of the sample's
// first ten values, in tens.
inline std::shared_ptr<MemoryDataset> make_memory_dataset(TaskKind task, const Shape& shape, int32_t classes,
                                                          int64_t count, uint64_t seed) {
  data::DatasetInfo info;
  info.task = task;
  info.sample_shape = shape;
  info.fingerprint = "memory " + to_string(shape) + " " + std::to_string(count) + " " + std::to_string(seed);
  for (int32_t c = 0; c < classes && task == TaskKind::kClassification; ++c) {
    info.class_names.push_back("class " + std::to_string(c));
  }
  const auto values = static_cast<size_t>(element_count(shape));
  const auto length = static_cast<size_t>(shape.back());
  Rng rng(seed, "samples");
  std::vector<std::vector<float>> samples;
  std::vector<data::SampleInfo> infos;
  for (int64_t i = 0; i < count; ++i) {
    const auto label = static_cast<int32_t>(rng.below(static_cast<uint64_t>(classes)));
    std::vector<float> sample(values);
    for (size_t k = 0; k < values; ++k) {
      const double phase = 0.4 * static_cast<double>(label + 1) * static_cast<double>(k % length);
      sample[k] = static_cast<float>(1.5 * std::sin(phase) + rng.normal());
    }
    float sum = 0.0F;
    const size_t first = std::min<size_t>(values, 10);
    for (size_t k = 0; k < first; ++k) sum += sample[k];
    const bool classification = task == TaskKind::kClassification;
    infos.push_back(
        {classification ? label : -1, classification ? 0.0F : 10.0F * sum / static_cast<float>(first), 0, i, i});
    samples.push_back(std::move(sample));
  }
  return std::make_shared<MemoryDataset>(std::move(info), std::move(samples), std::move(infos));
}

}  // namespace apprentice
