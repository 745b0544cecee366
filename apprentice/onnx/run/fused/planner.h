// SPDX-License-Identifier: Apache-2.0
// Chooses a oneDNN primitive and layouts for each node, for inputs of given shapes. Internal to onnx/run/fused/.
#pragma once

#include <array>
#include <map>
#include <set>
#include <unordered_map>
#include <utility>

#include "apprentice/onnx/run/fused/packed_weights.h"
#include "apprentice/onnx/run/fused/recording.h"
#include "apprentice/onnx/run/fused/region.h"
#include "apprentice/onnx/run/window.h"

namespace apprentice::onnx::run {

// Thrown where a node cannot be done for these shapes; never leaves FusedPlan::make().
struct CannotBeDone {};
inline void need(bool kept) {
  if (!kept) throw CannotBeDone{};
}

class Planner {
 public:
  Planner(const FusedGraph& graph, const FusedShapes& shapes, PackedWeights& weights);
  // Appends what computes the node.
  void add(const FusedNode& node);
  // Row-major copies of the graph's outputs, after all nodes.
  std::vector<Place> outputs();

  const std::vector<Place>& inputs() const { return inputs_; }
  Recording take() { return std::move(recording_); }

 private:
  const Place& place(int slot) const;
  // Someone other than the readers of its slot may read it, too.
  bool is_shared(const Place& place) const;
  void choose(const FusedNode& node);
  // From one value to another, in the layout that the primitive chose.
  template <typename Described>
  void map(const FusedNode& node, const Described& described, const Place& source);

  // planner_products.cpp
  void conv(const FusedNode& node);
  void affine(const FusedNode& node);
  void dense(const FusedNode& node);
  void convolve(const FusedNode& node, const at::Tensor& weight, const Window& window, int64_t groups);
  template <typename Described>
  Place product(const FusedNode& node, const Place& from, const Described& described, const at::Tensor& weight,
                const Sizes& shape);
  Place result_of_product(const FusedNode& node, const Place& source, const dnnl::memory::desc& wanted);

  // planner_fast_fir.cpp
  using Phases = std::array<Place, 3>;  // what the parts of a FastFir read; each is made once for a value
  const Phases& phases_of(int slot, const dnnl::memory::desc& desc);
  // False where those layouts of the whole convolution do not allow it.
  bool convolve_apart(const FusedNode& node, const Window& window, const dnnl::memory::desc& from,
                      const dnnl::memory::desc& to);

  void fake_quantize(const FusedNode& node);
  void activation(const FusedNode& node);
  void sum(const FusedNode& node);
  void pool(const FusedNode& node);
  void global_average(const FusedNode& node);
  void average_over(const FusedNode& node, dnnl::algorithm how, const Sizes& out, const Window& window);
  void concat(const FusedNode& node);
  bool join_in_place(const FusedNode& node, const Place& whole);
  void flatten(const FusedNode& node);

  const FusedGraph& graph_;
  const bool in_blocks_;  // convolutions like channels in blocks best (planner.cpp)
  FusedBatch batch_;
  PackedWeights& weights_;
  Recording recording_;
  std::unordered_map<int, Place> places_;                              // by slot
  std::map<std::pair<int, dnnl::memory::format_tag>, Phases> phases_;  // by slot and layout
  std::vector<Place> inputs_;
  std::unordered_map<int, int> uses_left_;  // by slot
  std::set<int> shared_;                    // values that stand behind several slots
};

// The window of a convolution or pooling; needs one that fits the shape.
Window window_of(const FusedNode& node, const Sizes& kernel, const Sizes& in);
// [samples, channels, ...positions of the window]
Sizes shape_after(const Window& window, const Sizes& in, int64_t channels);
// oneDNN counts the gaps between taps.
Sizes gaps_of(const Window& window);
// With the node's bias, between those layouts; `kernel` has an axis of groups in front where there are any.
dnnl::convolution_forward::desc convolution(const FusedNode& node, const Sizes& kernel, const Window& window,
                                            const dnnl::memory::desc& from, const dnnl::memory::desc& to);

}  // namespace apprentice::onnx::run
