// SPDX-License-Identifier: Apache-2.0
// A part of a graph that oneDNN computes as a whole. Internal to onnx/run/fused/.
#pragma once

#include <ATen/ATen.h>

#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "apprentice/onnx/run/fused/node.h"

namespace apprentice::onnx::run {

// Nodes in order, and the slots that come in and go out.
struct FusedGraph {
  std::vector<FusedNode> nodes;
  std::vector<int> inputs, outputs;
};

// What a run may assume about the number of samples, as in RunOptions.
struct FusedBatch {
  int64_t batch = 0, exported_batch = 0;
};

// What a plan is made for: oneDNN's primitives are good for one set of shapes and one number of threads.
struct FusedShapes {
  std::vector<Sizes> inputs;
  FusedBatch batch;
  int threads = 1;
  bool operator==(const FusedShapes& other) const;
};

class PackedWeights;

// Primitives, layouts and memory for inputs of one shape. Not thread-safe.
class FusedPlan {
 public:
  // Null where a node cannot be done for these shapes. Graph and weights must outlive the plan.
  static std::unique_ptr<FusedPlan> make(const FusedGraph& graph, const FusedShapes& shapes, PackedWeights& weights);
  // Contiguous float32 inputs in the graph's order -> outputs in its order.
  Values run(const Values& inputs);
  FusedPlan();
  ~FusedPlan();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// run() may be called from any thread: plans are handed out one by one.
class FusedRegion {
 public:
  explicit FusedRegion(FusedGraph graph);

  const FusedGraph& graph() const { return graph_; }
  // Nothing where the region cannot take these inputs; asked again it says so at once.
  std::optional<Values> run(const Values& inputs, const FusedBatch& batch);

 private:
  struct Entry {
    FusedShapes shapes;
    std::unique_ptr<FusedPlan> plan;  // null: cannot be done
  };
  std::optional<Entry> take(const FusedShapes& shapes);

  FusedGraph graph_;
  std::shared_ptr<PackedWeights> weights_;
  std::mutex mutex_;
  std::list<Entry> idle_;  // the latest first
};

}  // namespace apprentice::onnx::run
