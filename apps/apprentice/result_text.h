// SPDX-License-Identifier: Apache-2.0
// Results of a run as text for a terminal.
#pragma once

#include "apprentice/pipeline/check.h"
#include "apprentice/pipeline/run.h"
#include "console.h"

namespace apprentice::cli {

// The report's table and where its page lies, or report.json.
Status show_report(const RunDirectory& directory, Form form, Console& console);
// Warnings of the check step; `device` names the one of a hall that they are about.
void show_warnings(const RunDirectory& directory, Console& console, const std::string& device = "");
// Warning of the choose step, where the student is worse than its control arm; `device` as above.
void show_choice(const Run& run, Console& console, const std::string& device = "");
// What the measure step found.
Status show_device(const RunDirectory& directory, Form form, Console& console);

std::string check_text(const CheckReport& report, const DeviceProfile& device);
// Of a hall: what its devices share, and one device.
std::string check_hall_text(const CheckReport& shared);
std::string check_device_text(const std::string& id, const CheckReport& report, const DeviceProfile& device);
std::string device_text(const DeviceReport& report);

}  // namespace apprentice::cli
