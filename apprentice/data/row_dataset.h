// SPDX-License-Identifier: Apache-2.0
// RowDataset: samples as stretches of rows of one shared Source.
#pragma once

#include <memory>
#include <vector>

#include "apprentice/data/dataset.h"
#include "apprentice/data/groups.h"
#include "apprentice/data/source.h"

namespace apprentice::data {

struct RowSample {
  int64_t first_row = 0;  // in the Source
  bool moved = false;     // its rows stand elsewhere in the files as read
  SampleInfo info;
};

// What the three sides share.
struct RowStore {
  Source source;
  Groups groups;
  int64_t window_rows = 0;  // 0 = a sample is one row
};

class RowDataset : public Dataset {
 public:
  RowDataset(std::shared_ptr<const RowStore> store, DatasetInfo info, std::vector<RowSample> samples);

  const DatasetInfo& info() const override { return info_; }
  int64_t size() const override { return static_cast<int64_t>(samples_.size()); }
  void get(int64_t index, float* out) const override;
  SampleInfo sample_info(int64_t index) const override;
  const std::string& group_name(int32_t group) const override;
  const std::map<std::string, std::string>& group_attributes(int32_t group) const override;

 private:
  const RowSample& sample(int64_t index) const;

  std::shared_ptr<const RowStore> store_;
  DatasetInfo info_;
  std::vector<RowSample> samples_;
  int64_t sample_size_ = 0;
};

// SHA-256 of all values, their shape and names: where the values came from does not matter.
std::string fingerprint_values(const Source& source);
// Of those values, the classes and this list of samples.
std::string fingerprint_samples(const std::string& values, const DatasetInfo& info,
                                const std::vector<RowSample>& samples);

}  // namespace apprentice::data
