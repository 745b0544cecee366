// SPDX-License-Identifier: Apache-2.0
#include "apprentice/onnx/run/fused/planner.h"

namespace apprentice::onnx::run {

struct FusedPlan::State {
  Recording recording;
  std::vector<Place> inputs, outputs;
};

FusedPlan::FusedPlan() : state_(std::make_unique<State>()) {}
FusedPlan::~FusedPlan() = default;

std::unique_ptr<FusedPlan> FusedPlan::make(const FusedGraph& graph, const FusedShapes& shapes, PackedWeights& weights) {
  try {
    Planner planner(graph, shapes, weights);
    for (const FusedNode& node : graph.nodes) planner.add(node);
    auto plan = std::make_unique<FusedPlan>();
    plan->state_->outputs = planner.outputs();
    plan->state_->inputs = planner.inputs();
    plan->state_->recording = planner.take();
    plan->state_->recording.finish();
    return plan;
  } catch (const CannotBeDone&) {
    return nullptr;
  } catch (const dnnl::error&) {  // what it has no primitive for is left to the plain steps
    return nullptr;
  }
}

Values FusedPlan::run(const Values& inputs) {
  std::unordered_map<int, void*> given;
  for (size_t i = 0; i < inputs.size(); ++i) given[state_->inputs[i].value] = inputs[i].data_ptr();
  Values made;
  for (const Place& output : state_->outputs) {
    made.push_back(at::empty(output.shape(), at::kFloat));
    given[output.value] = made.back().data_ptr();
  }
  state_->recording.run(given);
  return made;
}

}  // namespace apprentice::onnx::run
