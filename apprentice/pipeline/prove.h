// SPDX-License-Identifier: Apache-2.0
// prove(): the packaged student on any number of emulated devices, every answer equal to the int8 oracle.
#pragma once

#include <string>
#include <vector>

#include "apprentice/pipeline/run.h"

namespace apprentice::pipeline {

// One profile of every core that can be emulated, the first by name.
Result<std::vector<device::DeviceProfile>> one_device_per_core();

// Runs `vectors` inputs of proof_samples() on each device and writes, in the run directory:
//   proof/samples.npy    float32 [n, ...sample shape], raw values, channel-first
//   proof/answers.npy    int8 [n, outputs], the oracle's
//   proof/<device>.json  as device/report.json
// so that others can check the same inputs. As many devices at once as there are cores. Reports differences, does not
// refuse them; budgets do not apply.
Result<std::vector<package::DeviceReport>> prove(Run& run, const std::vector<device::DeviceProfile>& devices,
                                                 int64_t vectors);

}  // namespace apprentice::pipeline
