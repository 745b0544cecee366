// SPDX-License-Identifier: Apache-2.0
#include "apprentice/data/row_dataset.h"

#include <algorithm>

#include "apprentice/base/hash.h"

namespace apprentice::data {
namespace {

// [rows, channels] -> [channels, rows]
template <typename T>
void copy_window(const T* from, int64_t rows, int64_t channels, float* out) {
  if (channels == 1) {
    for (int64_t row = 0; row < rows; ++row) out[row] = static_cast<float>(from[row]);
    return;
  }
  for (int64_t channel = 0; channel < channels; ++channel) {
    for (int64_t row = 0; row < rows; ++row) *out++ = static_cast<float>(from[row * channels + channel]);
  }
}

}  // namespace

RowDataset::RowDataset(std::shared_ptr<const RowStore> store, DatasetInfo info, std::vector<RowSample> samples)
    : store_(std::move(store)),
      info_(std::move(info)),
      samples_(std::move(samples)),
      sample_size_(element_count(info_.sample_shape)) {}

const RowSample& RowDataset::sample(int64_t index) const {
  promise(index >= 0 && index < size(), "a sample index lies inside the data set");
  return samples_[static_cast<size_t>(index)];
}

void RowDataset::get(int64_t index, float* out) const {
  const Source& source = store_->source;
  const int64_t width = source.row_size(), first = sample(index).first_row * width;
  std::visit(
      [&](const auto& values) {
        if (store_->window_rows > 0)
          copy_window(values.data() + first, store_->window_rows, width, out);
        else
          std::copy_n(values.data() + first, sample_size_, out);
      },
      source.values);
}

SampleInfo RowDataset::sample_info(int64_t index) const { return sample(index).info; }

const std::string& RowDataset::group_name(int32_t group) const {
  const auto& names = store_->groups.names;
  promise(group >= 0 && static_cast<size_t>(group) < names.size(), "a group index lies inside the data set");
  return names[static_cast<size_t>(group)];
}

const std::map<std::string, std::string>& RowDataset::group_attributes(int32_t group) const {
  const Groups& groups = store_->groups;
  promise(group >= 0 && static_cast<size_t>(group) < groups.names.size(), "a group index lies inside the data set");
  return groups.attributes[static_cast<size_t>(groups.attributes_of[static_cast<size_t>(group)])];
}

std::string fingerprint_values(const Source& source) {
  Hasher hasher;
  hasher.add(std::string_view("values 1"));
  for (const int64_t size : source.row_shape) hasher.add(size);
  for (const std::string& name : source.channel_names) hasher.add(std::string_view(name));
  std::visit([&](const auto& values) { hasher.add(values.data(), values.size() * sizeof(values[0])); }, source.values);
  return hasher.hex();
}

std::string fingerprint_samples(const std::string& values, const DatasetInfo& info,
                                const std::vector<RowSample>& samples) {
  Hasher hasher;
  hasher.add(std::string_view(values)).add(static_cast<int64_t>(info.task));
  for (const int64_t size : info.sample_shape) hasher.add(size);
  for (const std::string& name : info.channel_names) hasher.add(std::string_view(name));
  for (const std::string& name : info.class_names) hasher.add(std::string_view(name));
  for (const RowSample& sample : samples) {
    hasher.add(sample.first_row).add(int64_t{sample.info.label}).add(int64_t{sample.info.group});
    hasher.add(&sample.info.target, sizeof sample.info.target);
    // Rows that changed places meet other recorded answers than rows that stand so in their file.
    if (sample.moved) hasher.add(sample.info.row);
  }
  return hasher.hex();
}

}  // namespace apprentice::data
