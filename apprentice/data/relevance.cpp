// SPDX-License-Identifier: Apache-2.0
#include "apprentice/data/relevance.h"

#include <algorithm>

#include "apprentice/base/hash.h"

namespace apprentice::data {
namespace {

constexpr size_t kWindowRank = 2;  // [channels, time]

DatasetInfo reduced_info(const DatasetInfo& full, const KeptClasses& classes, const KeptValues& values) {
  DatasetInfo info = full;
  info.sample_shape[0] = static_cast<int64_t>(values.channels.size());
  if (values.readings > 0) info.sample_shape[1] = values.readings;
  const std::vector<std::string> names = channel_names(full);
  info.channel_names.clear();
  for (const int64_t channel : values.channels) info.channel_names.push_back(names[static_cast<size_t>(channel)]);
  info.class_names.clear();
  for (const int64_t kept : classes.kept) info.class_names.push_back(full.class_names[static_cast<size_t>(kept)]);
  if (classes.has_other) info.class_names.emplace_back(kOtherClass);
  return info;
}

std::string fingerprint_of(const DatasetInfo& full, const KeptClasses& classes, const KeptValues& values,
                           const std::vector<int64_t>& indices) {
  Hasher hasher;
  hasher.add(std::string_view("relevant 1")).add(std::string_view(full.fingerprint));
  const auto add_list = [&](const std::vector<int64_t>& list) {
    hasher.add(static_cast<int64_t>(list.size()));
    for (const int64_t item : list) hasher.add(item);
  };
  add_list(classes.kept);
  add_list(values.channels);
  add_list(indices);
  hasher.add(int64_t{classes.has_other ? 1 : 0}).add(values.every).add(values.readings);
  return hasher.hex();
}

}  // namespace

int32_t KeptClasses::index_of(int32_t full) const {
  const auto found = std::lower_bound(kept.begin(), kept.end(), int64_t{full});
  if (found != kept.end() && *found == full) return static_cast<int32_t>(found - kept.begin());
  return has_other ? static_cast<int32_t>(kept.size()) : -1;
}

RelevantDataset::RelevantDataset(std::shared_ptr<const Dataset> full, KeptClasses classes, KeptValues values,
                                 std::vector<int64_t> indices)
    : full_(std::move(full)),
      classes_(std::move(classes)),
      values_(std::move(values)),
      indices_(std::move(indices)),
      info_(reduced_info(full_->info(), classes_, values_)) {
  promise((values_.readings > 0) == (full_->info().sample_shape.size() == kWindowRank),
          "windows, and only windows, have readings in time");
  info_.fingerprint = fingerprint_of(full_->info(), classes_, values_, indices_);
}

int64_t RelevantDataset::source_index(int64_t index) const {
  promise(index >= 0 && index < size(), "a sample index lies inside the relevant data");
  return indices_[static_cast<size_t>(index)];
}

void RelevantDataset::get(int64_t index, float* out) const {
  std::vector<float> whole(static_cast<size_t>(element_count(full_->info().sample_shape)));
  full_->get(source_index(index), whole.data());
  reduce(whole.data(), out);
}

SampleInfo RelevantDataset::sample_info(int64_t index) const {
  SampleInfo info = full_->sample_info(source_index(index));
  if (info_.task == TaskKind::kClassification) info.label = classes_.index_of(info.label);
  return info;
}

void RelevantDataset::reduce(const float* full, float* out) const {
  const Shape& shape = full_->info().sample_shape;
  const int64_t length = element_count(shape) / shape[0];
  const int64_t kept = values_.readings > 0 ? values_.readings : length, every = values_.every;
  for (const int64_t channel : values_.channels) {
    const float* next = full + (channel + 1) * length - kept * every;
    for (int64_t i = 0; i < kept; ++i, next += every) {
      double sum = 0.0;
      for (int64_t k = 0; k < every; ++k) sum += double{next[k]};
      *out++ = static_cast<float>(sum / static_cast<double>(every));
    }
  }
}

}  // namespace apprentice::data
