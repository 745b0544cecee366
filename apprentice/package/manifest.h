// SPDX-License-Identifier: Apache-2.0
// manifest.json of a device package: what it is, and the size and SHA-256 of every other file. It seals itself, too, so
// no byte of a package changes unseen. docs/formats/device_package.md.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "apprentice/base/error.h"
#include "apprentice/base/task.h"

namespace apprentice::package {

inline constexpr const char* kManifestName = "manifest.json";
inline constexpr int64_t kManifestVersion = 2;

// real = scale * (q - zero_point)
struct PackageTensor {
  int64_t height = 1, width = 1, channels = 1;
  double scale = 1.0;
  int64_t zero_point = 0;
  int64_t size() const { return height * width * channels; }
};

struct PackageLayer {
  std::string name, kind;
  PackageTensor output;
  int64_t arena_offset = 0, scratch_bytes = 0, weight_bytes = 0;
};

struct PackageFile {
  int64_t bytes = 0;
  std::string sha256;
};

// What a stream computes of a layer for an answer: so many of the columns in time that a window has.
struct PackageStreamLayer {
  std::string name;
  int64_t columns = 0, window_columns = 0;
  std::string why_whole;  // why it is computed whole; empty where only new columns are
};

// Answers every `hop` steps of raw time, each about the last `window` steps.
struct PackageStream {
  int64_t hop = 0, window = 0;
  int64_t context_bytes = 0;          // all of its RAM but the stack
  int64_t kept_bytes = 0;             // of them what is kept from answer to answer
  int64_t macs = 0, window_macs = 0;  // of the network, for an answer; and where a window is computed whole
  std::vector<PackageStreamLayer> layers;
};

struct PackageManifest {
  std::string name;
  std::string prefix;  // of its C names and files
  std::string arm;     // which training ships: "student", or "control" (labels alone)
  TaskKind task = TaskKind::kClassification;
  std::string net_fingerprint, spec_fingerprint;  // of the quantized net, of the network's description
  std::vector<std::string> classes;
  PackageTensor input, output;  // input: what the first layers read
  // Of a front end that makes the input from raw samples [steps][channels]: their sizes and its stages; else empty.
  int64_t raw_steps = 0, raw_channels = 0;
  std::vector<std::string> frontend;
  // What firmware has to feed: names in the order of the input, empty where they are not known; and how many successive
  // readings of the sensor a value is the mean of.
  std::vector<std::string> channel_names;
  int64_t steps_per_reading = 1;
  int64_t arena_bytes = 0, arena_lower_bound_bytes = 0;
  int64_t vectors = 0;
  std::vector<PackageLayer> layers;
  std::optional<PackageStream> stream;       // absent: the package answers whole windows only
  std::map<std::string, PackageFile> files;  // by name; all but manifest.json

  // Numbers of one raw sample.
  int64_t sample_size() const { return frontend.empty() ? input.size() : raw_steps * raw_channels; }
};

// The bytes of manifest.json. Same manifest, same bytes.
std::string manifest_text(const PackageManifest& manifest);
// Accepts only what manifest_text() writes: sealed, with every key and no other, no name that leads out of the folder.
Result<PackageManifest> parse_package_manifest(std::string_view text, const std::string& place);

}  // namespace apprentice::package
