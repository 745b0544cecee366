// SPDX-License-Identifier: Apache-2.0
// The built-in factory: a hall of simulated machines, healthy and with faults, from documented physics. It needs no
// download, and the same seed gives the same bytes. What is modelled, and from where: docs/factory.md.
#pragma once

#include <cstdint>
#include <string>

#include "apprentice/base/control.h"
#include "apprentice/base/error.h"

namespace apprentice::data {

struct FactoryOptions {
  uint64_t seed = 1;
  int64_t machines_per_type = 40;  // the last fifth is set aside for testing, the fifth before it for validation
  int64_t runs = 1;                // recordings per machine and condition, each at its own speed, load and severity
  int64_t samples = 2048;          // per recording and channel
  double sample_rate_hz = 4096.0;
  double least_severity = 0.5;  // of the faults, up to 1
};

struct FactoryReport {
  int64_t machines = 0, recordings = 0, samples = 0;
  std::string index_path;
};

// Writes simulated_<machine>_<fault>_run<r>.npy (float32 [samples, 5]: vibration x, y, z in g, motor current in A,
// temperature in degrees C), then README.txt and index.csv (one row per recording). index.csv comes last: a folder
// with an index is whole. Refuses options out of range and a folder that already holds an index.
Result<FactoryReport> write_factory(const std::string& folder, const FactoryOptions& options,
                                    const RunControl& control);

}  // namespace apprentice::data
