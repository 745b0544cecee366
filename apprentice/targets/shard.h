// SPDX-License-Identifier: Apache-2.0
// One sealed file of teacher answers. Sealed = its checksum file is there; that one is written last.
#pragma once

#include <vector>

#include "apprentice/base/files.h"
#include "apprentice/targets/manifest.h"

namespace apprentice::targets {

struct Shard {
  MappedFile file;
  std::vector<const float*> blocks;  // [samples, views, ...], inside the file: the logits, then the features
};

bool is_sealed(const std::string& folder, int64_t shard);
// Verifies size, checksum and header; refuses a damaged or foreign shard by name.
Result<Shard> open_shard(const std::string& folder, const Manifest& manifest, int64_t shard);
// One vector per block, of samples_in(shard) * views * block_values(block) values.
using ShardAnswers = std::vector<std::vector<float>>;
Status seal_shard(const std::string& folder, const Manifest& manifest, int64_t shard, const ShardAnswers& answers);

}  // namespace apprentice::targets
