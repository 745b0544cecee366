// SPDX-License-Identifier: Apache-2.0
// Dataset: what every later room sees of the user's data. Behaviour (windows, splits) is added by wrapping.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "apprentice/base/task.h"
#include "apprentice/base/tensor.h"

namespace apprentice::data {

struct DatasetInfo {
  TaskKind task = TaskKind::kClassification;
  Shape sample_shape;                      // [features], [channels, time] or [channels, height, width]
  std::vector<std::string> channel_names;  // first axis; may be empty for images
  std::vector<std::string> class_names;    // index = label; empty in regression
  std::string fingerprint;                 // of the bytes and options that made this data set, in this order
};

// Names of the channels; those of data without names are their numbers, from 0.
std::vector<std::string> channel_names(const DatasetInfo& info);

struct SampleInfo {
  int32_t label = -1;    // class index; -1 in regression
  float target = 0.0F;   // regression target
  int32_t group = 0;     // recording, machine, run or engine; index into group names
  int64_t position = 0;  // first row of the sample inside its group (time order)
  // What recorded answers go by, whatever order the rows have now: the number in the files as read of the row whose
  // label or target the sample has (a window's last), or of the recording where a sample is a whole one; -1 = none.
  int64_t row = -1;
};

// Immutable after construction; every method may be called from any thread.
class Dataset {
 public:
  virtual ~Dataset() = default;
  virtual const DatasetInfo& info() const = 0;
  virtual int64_t size() const = 0;
  // Writes element_count(sample_shape) raw float32 values, channel-first.
  virtual void get(int64_t index, float* out) const = 0;
  virtual SampleInfo sample_info(int64_t index) const = 0;
  // Name and attributes of the sample's group ("load0_B_07mil", {load_hp: "0"}).
  virtual const std::string& group_name(int32_t group) const = 0;
  virtual const std::map<std::string, std::string>& group_attributes(int32_t group) const = 0;
};

// Copies samples [indices] into one float32 tensor [n, ...sample_shape].
Tensor gather(const Dataset& data, const std::vector<int64_t>& indices);

// SampleInfo::row of samples [indices]: what Teacher::predict is told.
std::vector<int64_t> source_rows(const Dataset& data, const std::vector<int64_t>& indices);

// The samples `indices` of `data`, in that order; its fingerprint covers both.
std::shared_ptr<const Dataset> subset(std::shared_ptr<const Dataset> data, std::vector<int64_t> indices,
                                      const std::string& name);

struct Splits {
  std::shared_ptr<const Dataset> train, validation, test;
  // Set when the job allowed a split that puts one group on several sides; shown in red in the report.
  std::string leak_warning;
  std::string description;  // one sentence: how it was split, sizes, groups per side
};

}  // namespace apprentice::data
