// SPDX-License-Identifier: Apache-2.0
// A quantized net as a device package: C99 without heap, with a manifest and test vectors. Reproducible bytes.
#pragma once

#include <string>
#include <vector>

#include "apprentice/base/error.h"
#include "apprentice/package/package.h"
#include "apprentice/quant/quant_net.h"

namespace apprentice::codegen {

// Where each tensor lives in the one arena; tensors whose lifetimes overlap never overlap in memory, except that a
// layer working in place gives its output the place of its input. Every offset is a multiple of 4.
struct MemoryPlan {
  std::vector<int64_t> offsets;          // per QuantNet tensor, bytes
  std::vector<int64_t> scratch_offsets;  // per layer, bytes; -1 where a layer needs no scratch
  std::vector<int64_t> scratch_bytes;    // per layer
  // Of the front end, before the first layer: the features of one frame, then what its stages need. 0 without one.
  int64_t frontend_offset = 0, frontend_bytes = 0;
  int64_t raw_offset = 0;  // of a stream's raw samples before a front end
  int64_t arena_bytes = 0;
  int64_t lower_bound_bytes = 0;  // largest sum of tensors and scratch alive at one step
};
MemoryPlan plan_memory(const quant::QuantNet& net);

struct PackageOptions {
  std::string prefix = "student";  // C names start with it
  std::string arm = "student";     // which training ships: "student", or "control" (labels alone); for the manifest
  // What firmware has to feed; said in the header and the manifest.
  std::vector<std::string> channels;  // names, in the order of the input; empty = not known
  int64_t steps_per_reading = 1;      // a value is the mean of so many successive readings of the sensor
  int64_t hop = 0;  // the package has a stream, which answers every so many steps of raw time; 0 = it has none
};
// The hop of a stream that nobody has named: the step from frame to frame behind a front end, else the whole window.
int64_t default_hop(const model::NetSpec& spec);
// Refuses samples that are no windows over time, and a hop that is not from 1 to the steps of a window.
Status check_hop(const model::NetSpec& spec, int64_t hop);
inline constexpr size_t kLongestPrefix = 40;
// [a-z][a-z0-9_]*, at most kLongestPrefix characters, and nobody else's name.
Status check_prefix(const std::string& prefix);
// A prefix made of any name: lower case, '_' for what C names cannot have, "net_" in front where it is needed.
std::string safe_prefix(const std::string& name);
// Whose name `prefix` is, as a phrase that follows it: "would hide a header of the C library"; empty when it is free.
std::string why_taken(const std::string& prefix);

// `samples` are raw float32 samples, channel-first [n, ...]; their int8 inputs and expected outputs become vectors.
// Fails on a layer kind without C text, on sums that might leave 32 bits, on a bad prefix or shape of samples.
Result<package::DevicePackage> generate_package(const quant::QuantNet& net, const Tensor& samples,
                                                const PackageOptions& options);
}  // namespace apprentice::codegen
