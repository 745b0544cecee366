// SPDX-License-Identifier: Apache-2.0
#include "apprentice/data/dataset.h"

#include "apprentice/base/error.h"
#include "apprentice/base/hash.h"

namespace apprentice::data {
namespace {

class Subset : public Dataset {
 public:
  Subset(std::shared_ptr<const Dataset> data, std::vector<int64_t> indices, const std::string& name)
      : data_(std::move(data)), indices_(std::move(indices)), info_(data_->info()) {
    Hasher hasher;
    hasher.add(std::string_view(info_.fingerprint)).add(std::string_view(name));
    for (const int64_t index : indices_) {
      promise(index >= 0 && index < data_->size(), "the indices of a subset lie inside its data set");
      hasher.add(index);
    }
    info_.fingerprint = hasher.hex();
  }

  const DatasetInfo& info() const override { return info_; }
  int64_t size() const override { return static_cast<int64_t>(indices_.size()); }
  void get(int64_t index, float* out) const override { data_->get(inner(index), out); }
  SampleInfo sample_info(int64_t index) const override { return data_->sample_info(inner(index)); }
  const std::string& group_name(int32_t group) const override { return data_->group_name(group); }
  const std::map<std::string, std::string>& group_attributes(int32_t group) const override {
    return data_->group_attributes(group);
  }

 private:
  int64_t inner(int64_t index) const {
    promise(index >= 0 && index < size(), "a sample index lies inside the subset");
    return indices_[static_cast<size_t>(index)];
  }

  std::shared_ptr<const Dataset> data_;
  std::vector<int64_t> indices_;
  DatasetInfo info_;
};

}  // namespace

std::vector<std::string> channel_names(const DatasetInfo& info) {
  std::vector<std::string> names = info.channel_names;
  const int64_t channels = info.sample_shape.empty() ? 0 : info.sample_shape[0];
  for (int64_t i = 0; info.channel_names.empty() && i < channels; ++i) names.push_back(std::to_string(i));
  return names;
}

Tensor gather(const Dataset& data, const std::vector<int64_t>& indices) {
  Shape shape = data.info().sample_shape;
  const int64_t size = element_count(shape);
  shape.insert(shape.begin(), static_cast<int64_t>(indices.size()));
  Tensor batch(DType::kF32, shape);
  float* out = batch.data<float>();
  for (const int64_t index : indices) {
    data.get(index, out);
    out += size;
  }
  return batch;
}

std::vector<int64_t> source_rows(const Dataset& data, const std::vector<int64_t>& indices) {
  std::vector<int64_t> rows;
  rows.reserve(indices.size());
  for (const int64_t index : indices) rows.push_back(data.sample_info(index).row);
  return rows;
}

std::shared_ptr<const Dataset> subset(std::shared_ptr<const Dataset> data, std::vector<int64_t> indices,
                                      const std::string& name) {
  promise(data != nullptr, "subset() is given a data set");
  return std::make_shared<Subset>(std::move(data), std::move(indices), name);
}

}  // namespace apprentice::data
