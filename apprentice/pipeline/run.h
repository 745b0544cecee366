// SPDX-License-Identifier: Apache-2.0
// Run: the inputs of a job with the directory that its steps fill.
#pragma once

#include <memory>
#include <string>

#include "apprentice/base/control.h"
#include "apprentice/pipeline/inputs.h"
#include "apprentice/pipeline/run_directory.h"

namespace apprentice {

struct Run {
  Inputs inputs;
  RunDirectory directory;
  RunControl control;
  std::string teacher_home;  // where teacher/ and targets/ lie: the run directory, or its hall's
};

// Loads the job's inputs and opens (or makes) the run directory for them; refuses a directory made by other inputs, and
// a hall, which has many (pipeline/hall.h). The directory of a device of a hall lies in <hall>/devices.
Result<Run> open_run(const Job& job, const std::string& folder, const RunControl& control);
// The same for inputs that are loaded.
Result<Run> open_run(Inputs inputs, const std::string& folder, const RunControl& control);

// What a run directory is made by: data, teacher and the tables of the job whose change would make hours of work
// worthless. [control], [quantize], [device], [package] and [report] may change: their steps run again.
nlohmann::ordered_json identity(const Inputs& inputs);

// The program's version; part of every step's inputs.
const char* version();

}  // namespace apprentice
