// SPDX-License-Identifier: Apache-2.0
// What the student of a run says about new data: classes by name, with probabilities.
#pragma once

#include <string>
#include <vector>

#include "verb.h"

namespace apprentice::cli {

struct RunPrediction {
  std::string run;                // a run directory that has been packaged
  std::vector<std::string> data;  // files, patterns, folders
  std::string output;             // a file; empty = stdout
  std::string format;             // "csv" or "json"; empty = by the ending of `output`, else csv
  int64_t stride = 0;             // rows from one window to the next; 0 = the job's
  int64_t threads = 0;
};
Status predict_run(const RunPrediction& request, Session& session);

}  // namespace apprentice::cli
