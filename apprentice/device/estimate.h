// SPDX-License-Identifier: Apache-2.0
// From counted instructions to latency and energy: labelled estimates with a band, or unknown.
#pragma once

#include "apprentice/device/device.h"

namespace apprentice::device {

// instructions x cycles per instruction / clock. Unknown when the profile lacks either.
package::Estimate estimate_latency_us(int64_t instructions, const DeviceProfile& device);
// instructions x cycles per instruction x energy per cycle. Unknown when the profile lacks either.
package::Estimate estimate_energy_uj(int64_t instructions, const DeviceProfile& device);
// One sentence per budget that the student exceeds: in what, by how much.
std::vector<std::string> over_budget(const package::DeviceReport& report, const DeviceProfile& device);

}  // namespace apprentice::device
