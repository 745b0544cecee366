// SPDX-License-Identifier: Apache-2.0
// Nets with random weights that together use every layer kind, in one and two dimensions, and every family.
#pragma once

#include <vector>

#include "apprentice/data/dataset.h"
#include "apprentice/model/net_spec.h"

namespace apprentice::test {

// Random weights, biases, batch-norm statistics and input normalisation, from the net's name.
std::vector<model::Model> nets_of_every_kind();

// Raw samples that suit the net's normalisation: [count, ...input_shape].
Tensor random_samples(const model::NetSpec& spec, int64_t count);
// The same samples as a data set, for calibration.
class RandomDataset : public data::Dataset {
 public:
  RandomDataset(const model::NetSpec& spec, int64_t count);
  const data::DatasetInfo& info() const override { return info_; }
  int64_t size() const override { return samples_.shape()[0]; }
  void get(int64_t index, float* out) const override;
  data::SampleInfo sample_info(int64_t) const override { return {0, 0.0F, 0, 0}; }
  const std::string& group_name(int32_t) const override { return info_.fingerprint; }
  const std::map<std::string, std::string>& group_attributes(int32_t) const override { return attributes_; }

 private:
  data::DatasetInfo info_;
  Tensor samples_;
  std::map<std::string, std::string> attributes_;
};

}  // namespace apprentice::test
