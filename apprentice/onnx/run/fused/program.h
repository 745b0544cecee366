// SPDX-License-Identifier: Apache-2.0
// A program in which parts are computed by oneDNN as a whole, the rest step by step. Internal to onnx/run/.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "apprentice/onnx/run/fused/region.h"
#include "apprentice/onnx/run/program.h"

namespace apprentice::onnx::run {

// Runs one plain step: the values of its inputs and all slots -> its outputs.
using StepRun = std::function<Result<Values>(const Step& step, const Values& inputs, const Values& slots)>;

struct FusedInterface {
  std::vector<int> outputs;      // slots
  std::map<int, int64_t> ranks;  // of inputs, as far as the model says
};

// Either a plain step or a region.
struct FusedStage {
  const Step* step = nullptr;
  std::shared_ptr<FusedRegion> region;
  std::vector<int> last_uses;  // slots that nobody reads after it
};

class FusedProgram {
 public:
  // Null where nothing would be gained. The steps must outlive it.
  static std::shared_ptr<FusedProgram> make(const std::vector<Step>& steps, const FusedInterface& interface,
                                            const ConstantOf& constant);
  explicit FusedProgram(std::vector<FusedStage> stages) : stages_(std::move(stages)) {}

  const std::vector<FusedStage>& stages() const { return stages_; }

  // Fills `slots`, which hold constants and inputs, as far as the interface's outputs need it; nothing where a region
  // cannot take its inputs, and the plain steps must do it all.
  std::optional<Status> run(Values& slots, const FusedBatch& batch, const StepRun& run_step) const;

 private:
  std::vector<FusedStage> stages_;
};

}  // namespace apprentice::onnx::run
