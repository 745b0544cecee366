// SPDX-License-Identifier: Apache-2.0
// Samples: a data set as a student eats it: prepared rows, labels and the teacher's answers, by batch.
#pragma once

#include <ATen/core/Tensor.h>

#include <memory>
#include <vector>

#include "apprentice/data/dataset.h"
#include "apprentice/losses/loss.h"
#include "apprentice/targets/target_store.h"
#include "apprentice/train/student.h"
#include "apprentice/views/views.h"

namespace apprentice::train {

// Where rows live: gathered and prepared once, or anew for every batch when they would take more than this.
inline constexpr int64_t kResidentBytes = int64_t{4} << 30;

// Where the samples of a training come from. The teacher answered `views` (or the plain samples) of the same samples in
// the same order, but may have seen more of them.
struct SampleSources {
  std::shared_ptr<const data::Dataset> data;            // as the student sees it
  std::shared_ptr<const targets::TargetStore> targets;  // null = labels alone
  std::shared_ptr<const views::Views> views;            // null = plain samples
  std::vector<size_t> features;                         // of the store, those that batches bring along
};

struct Batch {
  at::Tensor rows;  // [n, values], for Student::forward
  losses::Targets targets;
};

class Samples {
 public:
  // Refuses labels that the student has no output for, real targets that are not finite, and a store of another size or
  // with another number of views. `resident_bytes` is for tests.
  static Result<Samples> create(SampleSources sources, const Student& student, int64_t resident_bytes = kResidentBytes);

  int64_t size() const { return sources_.data->size(); }
  // What an epoch (counted from 1) shows of samples [indices].
  Batch batch(const Student& student, const at::Tensor& indices, int64_t epoch) const;
  // The plain samples.
  at::Tensor rows(const Student& student, const at::Tensor& indices) const;
  // All labels; undefined in regression.
  const at::Tensor& labels() const { return all_.labels; }
  // All real targets [n, 1] in the student's normalised unit; undefined in classification.
  const at::Tensor& values() const { return all_.values; }

 private:
  Samples() = default;
  Status read_targets(const model::NetSpec& spec, int64_t outputs);
  Status check_store(int64_t outputs) const;
  Status check_views() const;
  void read_answers();
  losses::Targets plain_targets(const at::Tensor& indices) const;
  Batch view_batch(const Student& student, const std::vector<int64_t>& samples,
                   const std::vector<int64_t>& views) const;
  void mix_labels(const std::vector<views::ViewMix>& mixes, losses::Targets& targets) const;
  void add_features(const std::vector<int64_t>& samples, const std::vector<int64_t>& views,
                    losses::Targets& targets) const;
  at::Tensor answers(const std::vector<int64_t>& samples, const std::vector<int64_t>& views) const;

  SampleSources sources_;
  double output_mean_ = 0.0, output_scale_ = 1.0;  // of the student: the unit of values and answers
  at::Tensor rows_;                                // undefined when not resident
  losses::Targets all_;                            // of the plain samples
};

// Raw samples [n, ...sample_shape].
at::Tensor gather_raw(const data::Dataset& data, const std::vector<int64_t>& indices);

}  // namespace apprentice::train
