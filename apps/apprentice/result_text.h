// SPDX-License-Identifier: Apache-2.0
// Results of a run as text for a terminal.
#pragma once

#include "apprentice/pipeline/job_check.h"
#include "console.h"

namespace apprentice::cli {

std::string check_text(const pipeline::CheckReport& report, const device::DeviceProfile& device);
// Of a hall: what its devices share, and one device.
std::string check_hall_text(const pipeline::CheckReport& shared);
std::string check_device_text(const std::string& id, const pipeline::CheckReport& report,
                              const device::DeviceProfile& device);
std::string device_text(const package::DeviceReport& report);

}  // namespace apprentice::cli
