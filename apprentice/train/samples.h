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

namespace apprentice {

// Where rows live: gathered and prepared once, or anew for every batch when they would take more than this.
inline constexpr int64_t kResidentBytes = int64_t{4} << 30;

class Samples {
 public:
  // `targets` may be null. Refuses labels that the student has no output for, real targets that are not finite, and a
  // store of another size. `resident_bytes` is for tests.
  static Result<Samples> create(std::shared_ptr<const Dataset> data, std::shared_ptr<const TargetStore> targets,
                                const Student& student, int64_t resident_bytes = kResidentBytes);

  int64_t size() const { return data_->size(); }
  // Rows [n, values] for Student::forward, and what the loss compares with.
  at::Tensor rows(const Student& student, const at::Tensor& indices) const;
  Targets targets(const at::Tensor& indices) const;
  // All labels; undefined in regression.
  const at::Tensor& labels() const { return all_.labels; }
  // All real targets [n, 1] in the student's normalised unit; undefined in classification.
  const at::Tensor& values() const { return all_.values; }

 private:
  Samples() = default;
  Status read_targets(const NetSpec& spec, int64_t outputs);
  Status read_answers(const TargetStore& store, const NetSpec& spec, int64_t outputs);

  std::shared_ptr<const Dataset> data_;
  at::Tensor rows_;  // undefined when not resident
  Targets all_;
};

// Raw samples [n, ...sample_shape].
at::Tensor gather_raw(const Dataset& data, const std::vector<int64_t>& indices);

}  // namespace apprentice
