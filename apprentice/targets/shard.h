// SPDX-License-Identifier: Apache-2.0
// One sealed file of teacher answers. Sealed = its checksum file is there; that one is written last.
#pragma once

#include "apprentice/base/files.h"
#include "apprentice/targets/manifest.h"

namespace apprentice {

struct Shard {
  MappedFile file;
  const float* answers = nullptr;  // [samples, views, classes], inside the file
};

bool is_sealed(const std::string& folder, int64_t shard);
// Verifies size, checksum and header; refuses a damaged or foreign shard by name.
Result<Shard> open_shard(const std::string& folder, const Manifest& manifest, int64_t shard);
// `answers` holds samples_in(shard) * views * classes values.
Status seal_shard(const std::string& folder, const Manifest& manifest, int64_t shard,
                  const std::vector<float>& answers);

}  // namespace apprentice
