// SPDX-License-Identifier: Apache-2.0
// check: what can be known before training. The untrained student is quantized, packaged, built for the device and run
// there: its flash, RAM and instructions are those of the trained one, since only the numbers in its tables will
// change.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "apprentice/base/control.h"
#include "apprentice/pipeline/baseline_scores.h"
#include "apprentice/pipeline/baselines.h"
#include "apprentice/pipeline/inputs.h"

namespace apprentice::pipeline {

struct NetworkFigures {
  int64_t parameters = 0, macs = 0;
};

struct TeacherCheck {
  std::string description;
  NetworkFigures figures;  // zeros when unknown (recorded answers)
  int64_t samples = 0;     // of the validation split, evenly spaced
  double metric = 0.0;     // accuracy, or RMSE in regression
};

// A teacher that is still to be taught.
struct TaughtCheck {
  int64_t networks = 0, trees = 0;  // members
  NetworkFigures figures;           // of all networks
};

struct CheckReport {
  std::string split;                            // one sentence
  std::string relevance;                        // what [relevance] keeps, one sentence; empty without
  int64_t train = 0, validation = 0, test = 0;  // samples
  Shape sample_shape;
  std::vector<std::string> class_names;
  std::vector<int64_t> class_counts;     // of the training split
  std::vector<BaselineCheck> baselines;  // on the validation split
  std::optional<TeacherCheck> teacher;   // absent: no teacher, or one that is still to be taught
  std::optional<TaughtCheck> taught;     // that of [teach]
  // The teacher's answers that will be stored, and of them the features that the loss looks at.
  int64_t answer_bytes = 0;
  std::vector<teacher::TeacherFeature> features;
  NetworkFigures student;             // zeros in the check of a hall, which has none of its own
  package::DeviceReport device;       // of the untrained student
  std::vector<std::string> warnings;  // sentences
};

// kOverBudget says by how much and in what; kMissingTool names the package to install. Build products go to
// `work_folder`, baselines come from job_baselines() or a run. The teacher of a device of a hall is checked with the
// hall, which has no student.
Result<CheckReport> check_inputs(Inputs& inputs, const JobBaselines& baselines, const std::string& work_folder,
                                 const RunControl& control);

nlohmann::ordered_json to_json(const CheckReport& report);

// The error of a student that does not fit, from the sentences of its DeviceReport.
Status check_budget(const package::DeviceReport& report);

}  // namespace apprentice::pipeline
