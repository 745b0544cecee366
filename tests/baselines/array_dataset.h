// SPDX-License-Identifier: Apache-2.0
// Samples in memory, for tests.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "apprentice/data/dataset.h"

namespace apprentice::test {

class ArrayDataset : public data::Dataset {
 public:
  ArrayDataset(data::DatasetInfo info, std::vector<float> values, std::vector<data::SampleInfo> samples)
      : info_(std::move(info)), values_(std::move(values)), samples_(std::move(samples)) {}

  const data::DatasetInfo& info() const override { return info_; }
  int64_t size() const override { return static_cast<int64_t>(samples_.size()); }
  void get(int64_t index, float* out) const override {
    const int64_t size = element_count(info_.sample_shape);
    std::copy_n(values_.data() + index * size, size, out);
  }
  data::SampleInfo sample_info(int64_t index) const override { return samples_[static_cast<size_t>(index)]; }
  const std::string& group_name(int32_t) const override { return name_; }
  const std::map<std::string, std::string>& group_attributes(int32_t) const override { return attributes_; }

 private:
  data::DatasetInfo info_;
  std::vector<float> values_;
  std::vector<data::SampleInfo> samples_;
  std::string name_ = "all";
  std::map<std::string, std::string> attributes_;
};

}  // namespace apprentice::test
