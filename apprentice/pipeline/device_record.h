// SPDX-License-Identifier: Apache-2.0
// The way back of to_json(DeviceReport), for steps that run later than the measurement.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "apprentice/device/device.h"

namespace apprentice {

// `place` leads the message about a missing or mistyped figure.
Result<DeviceReport> device_report_from_json(const nlohmann::ordered_json& json, const std::string& place);

// The same from a file.
Result<DeviceReport> read_device_report(const std::string& path);

}  // namespace apprentice
