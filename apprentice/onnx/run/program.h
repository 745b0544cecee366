// SPDX-License-Identifier: Apache-2.0
// Program: an OnnxGraph made ready to run: names resolved to slots, constants folded, last uses known.
// Internal to onnx/run/; OnnxModel is the public face.
#pragma once

#include <ATen/ATen.h>

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "apprentice/base/error.h"
#include "apprentice/onnx/format/graph.h"
#include "apprentice/onnx/run/op.h"

namespace apprentice::onnx::run {

// One node, ready to run. A slot of -1 stands for an input left out or an output not wanted.
struct Step {
  const OnnxNode* node = nullptr;
  const OpRow* row = nullptr;
  std::vector<int> inputs, outputs;
  std::vector<int> last_uses;  // slots that nobody reads after this step
  // Per graph attribute: the compiled subgraph, and the slots whose values it reads from around it.
  struct Body {
    std::string attribute;
    std::shared_ptr<class Program> program;
    std::vector<int> captured;
  };
  std::vector<Body> bodies;
  bool loops = false;  // it, or a step of a subgraph
  std::unique_ptr<Prepared> prepared = std::make_unique<Prepared>();
};

// Sees every step after it ran: its inputs and outputs.
using StepObserver = std::function<void(const Step&, const Values& inputs, const Values& outputs)>;

struct RunOptions {
  int64_t batch = 0;  // samples, when it differs from what the model was exported with; else 0
  int64_t exported_batch = 0;
  StepObserver observer;
  mutable int64_t iterations_left = kMostIterations;  // of loops; counts down during the run
};

// Immutable after compile() but for what run() keeps for later runs; run() may be called from any thread.
class Program {
 public:
  // Refuses operators, attributes and types that are not supported, by node. The graph must outlive the program.
  static Result<std::shared_ptr<Program>> compile(const OnnxGraph& graph);

  // Where run() computes what libtorch can compute there (placement.h); before the first run. Values still come from
  // the processor and go back to it.
  void use_device(at::Device device);

  // Values for input_slots() in order, then for captured names; gives the values of `wanted`.
  Result<Values> run(const Values& inputs, const std::vector<int>& wanted, const RunOptions& options) const;

  // Slot of a named value, or -1.
  int slot(const std::string& name) const;
  const std::vector<int>& input_slots() const { return input_slots_; }
  const std::vector<int>& output_slots() const { return output_slots_; }
  // Values made outside the graph, in the order in which run() takes them after the inputs.
  const std::vector<std::string>& captured() const { return captured_; }
  const std::vector<Step>& steps() const { return steps_; }
  // Undefined where a run makes the value, or where there is none.
  at::Tensor constant(int slot) const { return slot < 0 ? at::Tensor() : constants_[static_cast<size_t>(slot)]; }
  bool is_constant(int slot) const { return constants_[static_cast<size_t>(slot)].defined(); }
  const OnnxGraph& graph() const { return *graph_; }
  // Whether a step runs a subgraph any number of times.
  bool loops() const;

 private:
  Status resolve();
  Status resolve_node(const OnnxNode& node);
  int make_slot(const std::string& name);
  Status fold_constants();
  bool foldable(const Step& step) const;
  void find_last_uses();
  Result<Values> run_step(const Step& step, const Values& inputs, const Values& slots, const RunOptions& options) const;
  Status run_steps(Values& slots, const std::vector<int>& wanted, const RunOptions& options) const;
  std::shared_ptr<const class FusedProgram> fused_for(const std::vector<int>& wanted) const;

  const OnnxGraph* graph_ = nullptr;
  at::Device device_{at::kCPU};
  std::unordered_map<std::string, int> slots_;
  std::vector<at::Tensor> constants_;  // by slot; undefined where the value is made by a run
  std::vector<int> input_slots_, output_slots_;
  std::vector<std::string> captured_;
  std::vector<Step> steps_;
  mutable std::mutex fused_mutex_;
  mutable std::map<std::vector<int>, std::shared_ptr<const FusedProgram>> fused_;  // by wanted slots; null: no gain
};

}  // namespace apprentice::onnx::run
