// SPDX-License-Identifier: Apache-2.0
// Run: the inputs of a job with the directory that its steps fill.
#pragma once

#include <memory>
#include <string>

#include "apprentice/base/control.h"
#include "apprentice/pipeline/inputs.h"
#include "apprentice/pipeline/run_directory.h"

namespace apprentice::pipeline {

class TaughtTeachers;  // pipeline/teaching.h

struct Run {
  Inputs inputs;
  RunDirectory directory;
  RunControl control;
  RunDirectory home;                         // where teacher/ and targets/ lie: the same, or that of its hall
  std::shared_ptr<TaughtTeachers> teachers;  // of a hall and its devices one

  // A device of a hall only reads what its hall has taught and stored.
  bool owns_teacher() const { return home.path() == directory.path(); }
};

// The directory where the teacher of a job lies that works in `folder`: that one, or its hall's.
std::string home_folder(const Job& job, const std::string& folder);
// Opens (or makes) the run directory of loaded inputs; refuses a directory made by other inputs. `shared` is the run of
// the hall that they belong to, where it is open, too; else a device's directory is expected in <hall>/devices.
Result<Run> open_run(Inputs inputs, const std::string& folder, const RunControl& control, const Run* shared = nullptr);

// What a run directory is made by: data, teacher and the tables of the job whose change would make hours of work
// worthless. [control], [quantize], [device], [package] and [report] may change: their steps run again.
nlohmann::ordered_json identity(const Inputs& inputs);

// The program's version; part of every step's inputs.
const char* version();

}  // namespace apprentice::pipeline
