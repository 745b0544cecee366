// SPDX-License-Identifier: Apache-2.0
// Finds the regions of a program: neighbouring steps that oneDNN can do, taken together as far as they can be.
// Internal to onnx/run/fused/.
#pragma once

#include <map>
#include <vector>

#include "apprentice/onnx/run/fused/program.h"

namespace apprentice::onnx::run {

class FusedBuilder {
 public:
  FusedBuilder(const std::vector<Step>& steps, const FusedInterface& interface, const ConstantOf& constant);
  // Empty where there is no region.
  std::vector<FusedStage> build();

 private:
  // The source of a QuantizeLinear whose int8 values only go back to float, and what they go through.
  struct Quantized {
    int source = -1;
    float scale = 1.0F, low = 0.0F, high = 0.0F;
  };
  void drop_if_undone(const Step& quantize);
  bool undoes(const Step& step, const Step& quantize) const;
  std::optional<FusedNode> fake_quantization(const Step& step) const;

  void place(const Step& step);
  bool needs_region(const Step& step) const;
  bool fits(const FusedNode& node) const;
  bool maker_absorbs(const FusedNode& node) const;
  void join(const Step& step, FusedNode node);
  bool absorb_into_maker(const FusedNode& node);
  bool absorb_into_parts(const FusedNode& node, const FusedNode& concat);
  bool absorb_sum(const FusedNode& node);
  void close_region();
  FusedGraph region();

  int64_t rank_of(int slot) const;
  void rename(int from, int to);

  const std::vector<Step>& steps_;
  const ConstantOf& constant_;
  std::map<int, int> uses_;       // by slot
  std::map<int, int64_t> ranks_;  // by slot, as far as known
  std::map<int, Quantized> quantized_;

  std::vector<FusedStage> stages_;
  int regions_ = 0;
  // The open region: its nodes, which of them makes a slot, the steps they stand for.
  std::vector<FusedNode> nodes_;
  std::map<int, size_t> made_by_;
  std::vector<const Step*> region_steps_;
  bool worth_it_ = false;
};

}  // namespace apprentice::onnx::run
