// SPDX-License-Identifier: Apache-2.0
// Relevance: the part of the data that one device needs. Its student sees fewer classes, sensors, readings or machines
// than the teacher, whose full input is privileged information (Vapnik and Vashist 2009). docs/howto/hall.md
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "apprentice/base/config.h"
#include "apprentice/data/dataset.h"
#include "apprentice/data/selector.h"

namespace apprentice::data {

// The class that stands for all that a device does not tell apart.
inline constexpr const char* kOtherClass = "other";

// The kept classes in the order of the full data; all others together are one more class, or are left out.
struct KeptClasses {
  std::vector<int64_t> kept;  // indices of the full data's classes, ascending
  bool has_other = false;     // a last class, "other"
  int64_t of = 0;             // classes of the full data

  int64_t outputs() const { return static_cast<int64_t>(kept.size()) + (has_other ? 1 : 0); }
  bool is_everything() const { return static_cast<int64_t>(kept.size()) == of; }
  // The device's index of a class of the full data; -1 = dropped.
  int32_t index_of(int32_t full) const;
};

// Which values of a raw sample a device reads.
struct KeptValues {
  std::vector<int64_t> channels;  // of the first axis, ascending
  int64_t every = 1;              // a reading is the mean of so many
  int64_t readings = 0;           // the newest so many, after averaging; 0 where samples have no time axis
};

// A side of the full data as one device sees it. Immutable; any thread.
class RelevantDataset final : public Dataset {
 public:
  // `indices`: the samples of `full` that are kept, ascending.
  RelevantDataset(std::shared_ptr<const Dataset> full, KeptClasses classes, KeptValues values,
                  std::vector<int64_t> indices);

  const DatasetInfo& info() const override { return info_; }
  int64_t size() const override { return static_cast<int64_t>(indices_.size()); }
  void get(int64_t index, float* out) const override;
  SampleInfo sample_info(int64_t index) const override;
  const std::string& group_name(int32_t group) const override { return full_->group_name(group); }
  const std::map<std::string, std::string>& group_attributes(int32_t group) const override {
    return full_->group_attributes(group);
  }

  const Dataset& full() const { return *full_; }
  const KeptClasses& classes() const { return classes_; }
  const KeptValues& values() const { return values_; }
  // The sample of the full data that sample `index` is made of.
  int64_t source_index(int64_t index) const;
  // What the device reads of one raw sample of the full data. A reading at a lower rate is the mean of `every`
  // successive ones, which is what a sensor or converter with hardware averaging gives at that rate
  // (docs/decisions/0010-relevance.md); the newest reading ends with the sample.
  void reduce(const float* full, float* out) const;

 private:
  std::shared_ptr<const Dataset> full_;
  KeptClasses classes_;
  KeptValues values_;
  std::vector<int64_t> indices_;
  DatasetInfo info_;
};

struct RelevantSplits {
  std::shared_ptr<const RelevantDataset> train, validation, test;
  std::string description;  // "keeps 3 of 9 classes and \"other\", 2 of 5 channels, ..."
};

// Reads the table [relevance] and applies it to all three sides. Refuses, with the key's place, what is not in the data
// (class, channel, attribute), what leaves a side empty or a single class, and time keys of samples without time.
Result<RelevantSplits> make_relevant(Config& relevance, const Splits& full);

}  // namespace apprentice::data
