// SPDX-License-Identifier: Apache-2.0
// Hall: a job with [[device]], one teacher and a student for each of several devices. The hall's run directory holds
// the teacher and its answers; devices/<id>/ is an ordinary run directory, on which every verb works.
// docs/howto/hall.md
#pragma once

#include <string>
#include <vector>

#include "apprentice/pipeline/steps/step.h"
#include "apprentice/report/hall.h"

namespace apprentice {

inline constexpr const char* kHallPage = "report/hall.html";

struct Hall {
  Run run;                   // data and teacher; no student
  std::vector<Run> devices;  // in the order of the job
};

// Loads the data and the teacher once, then what each device makes of them; opens all run directories. Errors of one
// device name it.
Result<Hall> open_hall(const Job& job, const std::string& folder, const RunControl& control);

// The chain of step_kinds() up to and including `last`, each step for all devices side by side, one thread each; the
// teacher is taught and asked once. `on_step` hears how each step ended.
Status run_hall(Hall& hall, const std::string& last, const StepObserver& on_step);

// The hall's job with every default, each device with its own tables in full: itself a job.
Result<nlohmann::ordered_json> explain_hall(const Inputs& hall);

// The finished reports of the devices.
Result<HallReport> read_hall(const Job& job, const std::string& folder);

// "devices/<id>"
std::string device_folder(const std::string& id);

}  // namespace apprentice
