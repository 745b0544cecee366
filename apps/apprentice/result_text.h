// SPDX-License-Identifier: Apache-2.0
// Results of a run as text for a terminal.
#pragma once

#include "apprentice/pipeline/check.h"
#include "apprentice/pipeline/run.h"
#include "console.h"

namespace apprentice::cli {

// The report's table and where its page lies.
Status show_report(const RunDirectory& directory, Console& console);
// Warnings of the check step.
void show_warnings(const RunDirectory& directory, Console& console);
// Warning of the choose step, where the student is worse than its control arm.
void show_choice(const Run& run, Console& console);
// What the measure step found.
Status show_device(const RunDirectory& directory, Console& console);

std::string check_text(const CheckReport& report, const DeviceProfile& device);
std::string device_text(const DeviceReport& report);

}  // namespace apprentice::cli
