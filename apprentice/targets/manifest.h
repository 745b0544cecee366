// SPDX-License-Identifier: Apache-2.0
// Manifest: store.json, what a target store holds and how its shards are laid out (docs/formats/target_store.md).
#pragma once

#include <string>

#include "apprentice/data/dataset.h"
#include "apprentice/targets/target_store.h"
#include "apprentice/teacher/teacher.h"

namespace apprentice::targets {

struct Manifest {
  std::string address;
  std::string teacher, teacher_fingerprint, data_fingerprint;
  int64_t samples = 0, classes = 0, shard_samples = 0;
  int64_t views = 1;
  std::vector<teacher::TeacherFeature> features;

  int64_t shards() const { return (samples + shard_samples - 1) / shard_samples; }
  // Samples of one shard; the last one may be shorter.
  int64_t samples_in(int64_t shard) const;
  // float32 values of one block of a shard, for one view of one sample; block 0 holds the logits, the others features.
  int64_t block_values(size_t block) const;
  size_t blocks() const { return 1 + features.size(); }
};

Manifest make_manifest(const teacher::TeacherInfo& teacher, const data::Dataset& data, const TargetOptions& options,
                       int64_t classes);
std::string to_text(const Manifest& manifest);
// Refuses text that is not exactly what to_text gives.
Result<Manifest> parse_manifest(const std::string& text, const std::string& place);

std::string shard_name(int64_t shard);     // "shard-00007.apts"
std::string checksum_name(int64_t shard);  // "shard-00007.sha256"
// The bytes before the blocks: magic, header size, JSON header, blanks up to a multiple of 64.
std::string shard_header(const Manifest& manifest, int64_t shard);
// Where each block starts in the file, and as last entry where the file ends.
std::vector<int64_t> block_offsets(const Manifest& manifest, int64_t shard);

}  // namespace apprentice::targets
