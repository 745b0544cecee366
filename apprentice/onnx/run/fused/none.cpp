// SPDX-License-Identifier: Apache-2.0
// In builds without oneDNN, every model is run step by step.
#include "apprentice/onnx/run/fused/program.h"

namespace apprentice::onnx::run {

struct FusedPlan::State {};
FusedPlan::FusedPlan() = default;
FusedPlan::~FusedPlan() = default;

std::shared_ptr<FusedProgram> FusedProgram::make(const std::vector<Step>&, const FusedInterface&, const ConstantOf&) {
  return nullptr;
}

std::optional<Status> FusedProgram::run(Values&, const FusedBatch&, const StepRun&) const { return std::nullopt; }

}  // namespace apprentice::onnx::run
