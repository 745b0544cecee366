// SPDX-License-Identifier: Apache-2.0
// TargetStore: teacher answers on disk in sealed, checksummed, memory-mapped shards (docs/formats/target_store.md),
// addressed by the hash of teacher + data + view + features + options. A second student or method never calls the
// teacher again.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "apprentice/base/control.h"
#include "apprentice/data/dataset.h"
#include "apprentice/teacher/teacher.h"
#include "apprentice/views/views.h"

namespace apprentice::targets {

struct TargetOptions {
  int64_t batch_size = 64;
  int64_t shard_samples = 4096;               // of one view each; more views, or large answers, and it holds fewer
  std::shared_ptr<const views::Views> views;  // of the data to answer; null = the plain samples alone
  // Features to keep beside the logits, with the shapes that are kept: [values] or [channels, height, width], at most
  // those of feature_shape(); larger maps are averaged over places.
  std::vector<teacher::TeacherFeature> features;
};

// What the answers to all views of `samples` take on disk, without headers.
int64_t answer_bytes(int64_t samples, int64_t classes, const TargetOptions& options);

class TargetStore {
 public:
  virtual ~TargetStore() = default;

  // Answers every view of every sample of `data` that is not yet in a sealed shard under `folder`/<address>, then opens
  // the store. Refuses views of other data, and of a teacher that can only be looked up (recorded answers);
  // features that the teacher does not give.
  // Interrupted labelling resumes at the last sealed shard. A damaged shard is refused by name (or redone when its
  // checksum file is missing).
  static Result<std::shared_ptr<const TargetStore>> build(const std::string& folder, teacher::Teacher& teacher,
                                                          const data::Dataset& data, const TargetOptions& options,
                                                          const RunControl& control);
  // Whether a store with this address is finished. Looks at what is sealed, verifies nothing.
  static bool is_finished(const std::string& store_folder);
  // Opens a finished store; verifies every checksum.
  static Result<std::shared_ptr<const TargetStore>> open(const std::string& store_folder);
  // The name of the store's folder. The batch size is not part of it: it changes no answer.
  static std::string address(const teacher::TeacherInfo& teacher, const data::DatasetInfo& data,
                             const TargetOptions& options);

  virtual int64_t size() const = 0;     // samples
  virtual int64_t classes() const = 0;  // logits per sample
  virtual int views() const = 0;
  // classes() float32 values, valid as long as the store lives. Any thread.
  virtual const float* logits(int64_t index, int view = 0) const = 0;
  // As TargetOptions says; none without.
  virtual const std::vector<teacher::TeacherFeature>& features() const;
  // element_count(features()[which].shape) float32 values, as long as the store lives. Any thread.
  virtual const float* feature(size_t which, int64_t index, int view = 0) const;
  virtual const std::string& folder() const = 0;
  // The address: which teacher answered which data, and how.
  virtual const std::string& identity() const = 0;
};

}  // namespace apprentice::targets
