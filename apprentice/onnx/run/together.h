// SPDX-License-Identifier: Apache-2.0
// How several samples are run through a model that may have been exported for one. Internal to onnx/run/.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "apprentice/onnx/run/program.h"

namespace apprentice::onnx::run {

enum class Together {
  kAsWritten,    // the graph takes any number
  kFollowBatch,  // once Reshape nodes follow the number of samples
  kNot,          // in groups of the exported size
};

struct TogetherFinding {
  Together how = Together::kNot;
  std::string why_not;  // kNot: "node 'peak' (ReduceMax, opset 13) may mix samples"
};

// A program and what it takes to run it on samples.
struct SampleRun {
  const Program* program = nullptr;
  std::function<Result<Values>(const Values& inputs, const std::vector<int>& wanted, const RunOptions&)> compute;
  int64_t exported_batch = 1;  // 1 when axis 0 is free
  bool on_processor = true;
  std::string place;
};

// Any number of samples at once.
Result<Values> run_whole(const SampleRun& run, const Values& inputs, const std::vector<int>& wanted, Together how);
// In groups of the exported size, the last one filled up by repeating its last sample.
Result<Values> run_in_groups(const SampleRun& run, const Values& inputs, const std::vector<int>& wanted);

// Samples run together where the graph proves that an answer depends on its own sample alone (batch_proof.h) and a
// trial confirms it: `trial`, kTrialGroups groups of random samples, must be answered as group by group, to 1e-4 of the
// largest value.
inline constexpr int64_t kTrialGroups = 3;
Result<TogetherFinding> judge_together(const SampleRun& run, const Values& trial, const std::vector<int>& wanted);

}  // namespace apprentice::onnx::run
