// SPDX-License-Identifier: Apache-2.0
// DevicePackage: the student as C99 without heap, with a manifest and test vectors. Reproducible bytes.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "apprentice/base/error.h"
#include "apprentice/quant/quant_net.h"

namespace apprentice {

// Where each tensor lives in the one arena; tensors whose lifetimes overlap never overlap in memory.
struct MemoryPlan {
  std::vector<int64_t> offsets;  // per QuantNet tensor, bytes; -1 when it shares the place of its input
  int64_t arena_bytes = 0;
  int64_t lower_bound_bytes = 0;  // largest sum of tensors alive at one step
};
MemoryPlan plan_memory(const QuantNet& net);

struct PackageOptions {
  std::string prefix = "student";  // C names start with it
};

struct DevicePackage {
  std::map<std::string, std::string> files;  // relative path -> bytes: C, headers, example, vectors, manifest.json
  nlohmann::ordered_json manifest;           // fingerprints, arena_bytes, classes, input layout
};

// `samples` are raw float32 samples, channel-first [n, ...]; their int8 inputs and expected outputs become vectors.
Result<DevicePackage> generate_package(const QuantNet& net, const Tensor& samples, const PackageOptions& options);
Status write_package(const DevicePackage& package, const std::string& folder);

}  // namespace apprentice
