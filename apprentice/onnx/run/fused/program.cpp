// SPDX-License-Identifier: Apache-2.0
#include "apprentice/onnx/run/fused/program.h"

#include <set>

#include "apprentice/onnx/run/fused/builder.h"

namespace apprentice::onnx::run {
namespace {

void find_last_uses(const std::vector<int>& outputs, const ConstantOf& constant, std::vector<FusedStage>& stages) {
  std::set<int> later(outputs.begin(), outputs.end());
  for (auto stage = stages.rbegin(); stage != stages.rend(); ++stage) {
    const auto see = [&](const std::vector<int>& slots) {
      for (const int slot : slots)
        if (slot >= 0 && !constant(slot).defined() && later.insert(slot).second) stage->last_uses.push_back(slot);
    };
    if (stage->region != nullptr) {
      see(stage->region->graph().outputs);
      see(stage->region->graph().inputs);
      continue;
    }
    see(stage->step->outputs);
    see(stage->step->inputs);
    for (const Step::Body& body : stage->step->bodies) see(body.captured);
  }
}

}  // namespace

std::shared_ptr<FusedProgram> FusedProgram::make(const std::vector<Step>& steps, const FusedInterface& interface,
                                                 const ConstantOf& constant) {
  FusedBuilder builder(steps, interface, constant);
  std::vector<FusedStage> stages = builder.build();
  if (stages.empty()) return nullptr;
  find_last_uses(interface.outputs, constant, stages);
  return std::make_shared<FusedProgram>(std::move(stages));
}

std::optional<Status> FusedProgram::run(Values& slots, const FusedBatch& batch, const StepRun& run_step) const {
  const auto pick = [&](const std::vector<int>& indices) {
    Values out;
    for (const int index : indices) out.push_back(index < 0 ? at::Tensor() : slots[static_cast<size_t>(index)]);
    return out;
  };
  for (const FusedStage& stage : stages_) {
    const std::vector<int>* outputs = nullptr;
    Values made;
    if (stage.region != nullptr) {
      auto done = stage.region->run(pick(stage.region->graph().inputs), batch);
      if (!done) return std::nullopt;
      made = std::move(*done);
      outputs = &stage.region->graph().outputs;
    } else {
      auto done = run_step(*stage.step, pick(stage.step->inputs), slots);
      if (!done) return Status(tl::unexpected<Error>(std::move(done).error()));
      made = std::move(*done);
      outputs = &stage.step->outputs;
    }
    for (size_t i = 0; i < outputs->size(); ++i)
      if ((*outputs)[i] >= 0) slots[static_cast<size_t>((*outputs)[i])] = std::move(made[i]);
    for (const int slot : stage.last_uses) slots[static_cast<size_t>(slot)] = at::Tensor();
  }
  return Status{};
}

}  // namespace apprentice::onnx::run
