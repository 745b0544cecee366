// SPDX-License-Identifier: Apache-2.0
// Several finished runs as one Markdown page: quality and cost, then what was proven on which device. Pure functions.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "apprentice/report/report.h"

namespace apprentice::report {

// The QDQ model in ONNX Runtime against the int8 reference: proof/onnx_runtime.json.
struct RuntimeProof {
  int64_t samples = 0, bytes = 0, different_samples = 0, different_bytes = 0, largest_difference = 0;
  int64_t without_near_tie = 0;  // samples that differ although no value of theirs lies halfway between two bytes
};

struct FinishedRun {
  ReportData report;
  std::string method;  // the student's loss with its keys: "kd:T=1.0,hard_weight=0.5,soft_weight=0.5"
  std::vector<package::DeviceReport> proofs;  // of `apprentice prove`
  std::optional<RuntimeProof> onnx_runtime;
};

// Reads run.json, report/report.json and what there is of proof/ in a run directory; in that of a hall, of each device.
Result<std::vector<FinishedRun>> read_finished_runs(const std::string& folder);

// `introduction` leads the page, as Markdown.
std::string render_results(const std::vector<FinishedRun>& runs, const std::string& introduction);

}  // namespace apprentice::report
