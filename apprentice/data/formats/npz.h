// SPDX-License-Identifier: Apache-2.0
// NPZ, a zip file of NPY arrays, through libzip. docs/formats/npz.md
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "apprentice/data/formats/npy.h"

namespace apprentice::data {

// All arrays by name, without ".npy". Refuses, before allocating, entries that claim more than `max_bytes` in all, more
// than 256 times the file (512 MiB are always allowed), or more than deflate can make of their compressed size (zip
// bombs), encrypted entries, and damaged data.
Result<std::map<std::string, NpyArray>> parse_npz(std::string_view bytes, const std::string& path,
                                                  int64_t max_bytes = int64_t{1} << 33);
Result<std::map<std::string, NpyArray>> read_npz(const std::string& path);

}  // namespace apprentice::data
