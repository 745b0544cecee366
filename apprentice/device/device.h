// SPDX-License-Identifier: Apache-2.0
// DeviceProfile: what a device has, each number with its source. measure(): build a package for it, run it emulated,
// prove it equal to the oracle, count.
#pragma once

#include <string>
#include <vector>

#include "apprentice/base/control.h"
#include "apprentice/base/error.h"
#include "apprentice/base/tensor.h"
#include "apprentice/package/device_figures.h"
#include "apprentice/package/package.h"

namespace apprentice::device {

// A number that is not measured by us: value, band and where it comes from. Unknown = absent, never zero.
struct SourcedNumber {
  bool known = false;
  double value = 0.0, low = 0.0, high = 0.0;
  std::string kind;  // measured | datasheet | assumed
  std::string source;
};

struct DeviceProfile {
  std::string name, summary;
  std::string
      core;  // cortex-m0plus | cortex-m3 | cortex-m4 | cortex-m7 | cortex-m33 | cortex-m55 | aarch64 | armhf | x86-64
  int64_t flash_bytes = 0, ram_bytes = 0;  // 0 = not limited (Linux boards)
  double clock_hz = 0.0;
  SourcedNumber cycles_per_instruction, energy_pj_per_cycle;
  std::string flash_source, ram_source, clock_source;
};

// Profiles of the installed devices/ folder, sorted by name; a path ending in .toml is read as a user's own profile.
std::vector<std::string> device_names();
Result<DeviceProfile> load_device(const std::string& name_or_path);

struct MeasureOptions {
  std::string work_folder;         // build products; kept
  int64_t count_instructions = 8;  // inferences to count
};

// What a device is proven by: channel-last samples [n, size], int8 as the first layers read them, or with a front end
// float32 and raw; and the oracle's answers (QuantNet::run) to them, int8 [n, output size].
struct ProofVectors {
  Tensor inputs, answers;
};

// Runs every input on the device. kMissingTool names the package to install.
Result<package::DeviceReport> measure(const package::DevicePackage& package, const DeviceProfile& device,
                                      const ProofVectors& vectors, const MeasureOptions& options,
                                      const RunControl& control);

}  // namespace apprentice::device
