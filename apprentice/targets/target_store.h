// SPDX-License-Identifier: Apache-2.0
// TargetStore: teacher answers on disk in sealed, checksummed, memory-mapped shards (docs/formats/target_store.md),
// addressed by the hash of teacher + data + view + options. A second student or method never calls the teacher again.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "apprentice/base/control.h"
#include "apprentice/data/dataset.h"
#include "apprentice/teacher/teacher.h"
#include "apprentice/views/views.h"

namespace apprentice {

struct TargetOptions {
  int64_t batch_size = 64;
  int64_t shard_samples = 4096;        // of one view each; more views, fewer samples
  std::shared_ptr<const Views> views;  // of the data to answer; null = the plain samples alone
};

class TargetStore {
 public:
  virtual ~TargetStore() = default;

  // Answers every view of every sample of `data` that is not yet in a sealed shard under `folder`/<address>, then opens
  // the store. Refuses views of other data, and of a teacher that can only be looked up (recorded answers).
  // Interrupted labelling resumes at the last sealed shard. A damaged shard is refused by name (or redone when its
  // checksum file is missing).
  static Result<std::shared_ptr<const TargetStore>> build(const std::string& folder, Teacher& teacher,
                                                          const Dataset& data, const TargetOptions& options,
                                                          const RunControl& control);
  // Opens a finished store; verifies every checksum.
  static Result<std::shared_ptr<const TargetStore>> open(const std::string& store_folder);
  // The name of the store's folder. The batch size is not part of it: it changes no answer.
  static std::string address(const TeacherInfo& teacher, const DatasetInfo& data, const TargetOptions& options);

  virtual int64_t size() const = 0;     // samples
  virtual int64_t classes() const = 0;  // logits per sample
  virtual int views() const = 0;
  // classes() float32 values, valid as long as the store lives. Any thread.
  virtual const float* logits(int64_t index, int view = 0) const = 0;
  virtual const std::string& folder() const = 0;
  // The address: which teacher answered which data, and how.
  virtual const std::string& identity() const = 0;
};

}  // namespace apprentice
