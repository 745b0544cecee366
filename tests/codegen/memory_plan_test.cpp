// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/codegen/net_builder.h"

namespace apprentice {
namespace {

using test::NetBuilder;

// A net with random branches: every new layer reads random earlier tensors.
quant::QuantNet branching_net(uint64_t seed) {
  NetBuilder b(seed, {1 + static_cast<int64_t>(seed % 5), 6, 7});
  std::vector<int> tensors = {0};
  const auto pick = [&] { return tensors[b.rng().below(tensors.size())]; };
  const int layers = 3 + static_cast<int>(b.rng().below(12));
  for (int i = 0; i < layers; ++i) {
    const int from = pick();
    switch (b.rng().below(5)) {
      case 0: tensors.push_back(b.conv("conv2d", from, 1 + static_cast<int64_t>(b.rng().below(9)), {})); break;
      case 1: tensors.push_back(b.depthwise("depthwise2d", from, {{3, 3}, {1, 1}, {1, 1, 1, 1}})); break;
      case 2: tensors.push_back(b.concat({from, pick()})); break;
      case 3: tensors.push_back(b.relu("relu", from)); break;
      default: tensors.push_back(b.add(from, from)); break;
    }
  }
  b.dense(tensors.back(), 3);
  return b.classifier();
}

// First and last step at which each tensor's bytes must be there.
struct Life {
  int64_t first, last;
};
std::vector<Life> lives(const quant::QuantNet& net) {
  std::vector<Life> result(net.tensors.size(), {0, 0});
  for (size_t i = 0; i < net.layers.size(); ++i) {
    const auto step = static_cast<int64_t>(i);
    result[static_cast<size_t>(net.layers[i].output)] = {step, step};
    for (const int input : net.layers[i].inputs) result[static_cast<size_t>(input)].last = step;
  }
  result[static_cast<size_t>(net.layers.back().output)].last = static_cast<int64_t>(net.layers.size());
  return result;
}

bool bytes_overlap(int64_t a, int64_t a_size, int64_t b, int64_t b_size) { return a < b + b_size && b < a + a_size; }

// Tensor `b`, written by a layer that reads `a` for the last time, at the very place of `a`.
bool is_in_place(const quant::QuantNet& net, const codegen::MemoryPlan& plan, const std::vector<Life>& life, size_t a,
                 size_t b) {
  const layers::QuantLayer& layer = net.layers[static_cast<size_t>(life[b].first)];
  const bool writer = layer.output == static_cast<int>(b) && (layer.kind == "add" || layer.kind == "relu");
  const bool reads = std::find(layer.inputs.begin(), layer.inputs.end(), static_cast<int>(a)) != layer.inputs.end();
  return writer && reads && life[a].last == life[b].first && plan.offsets[a] == plan.offsets[b] &&
         net.tensors[a].size() == net.tensors[b].size();
}

TEST(MemoryPlan, NeverOverlapsWhatIsAliveAtTheSameTime) {
  for (uint64_t seed = 1; seed <= 60; ++seed) {
    const quant::QuantNet net = branching_net(seed);
    const codegen::MemoryPlan plan = codegen::plan_memory(net);
    const std::vector<Life> life = lives(net);
    for (size_t a = 0; a < net.tensors.size(); ++a) {
      EXPECT_EQ(plan.offsets[a] % 4, 0);
      EXPECT_LE(plan.offsets[a] + net.tensors[a].size(), plan.arena_bytes);
      for (size_t b = a + 1; b < net.tensors.size(); ++b) {
        if (life[a].first > life[b].last || life[b].first > life[a].last) continue;
        if (is_in_place(net, plan, life, a, b)) continue;
        EXPECT_FALSE(bytes_overlap(plan.offsets[a], net.tensors[a].size(), plan.offsets[b], net.tensors[b].size()))
            << "seed " << seed << ": " << net.tensors[a].name << " and " << net.tensors[b].name;
      }
      for (size_t i = 0; i < net.layers.size(); ++i) {
        const auto step = static_cast<int64_t>(i);
        if (plan.scratch_bytes[i] == 0 || life[a].first > step || life[a].last < step) continue;
        EXPECT_FALSE(
            bytes_overlap(plan.offsets[a], net.tensors[a].size(), plan.scratch_offsets[i], plan.scratch_bytes[i]))
            << "seed " << seed << ": scratch of " << net.layers[i].name;
      }
    }
  }
}

TEST(MemoryPlan, StaysWithinFivePercentOfTheLowerBound) {
  for (uint64_t seed = 1; seed <= 60; ++seed) {
    const codegen::MemoryPlan plan = codegen::plan_memory(branching_net(seed));
    // Alignment costs up to 3 bytes per tensor alive.
    EXPECT_LE(static_cast<double>(plan.arena_bytes), 1.05 * static_cast<double>(plan.lower_bound_bytes) + 16.0)
        << "seed " << seed;
  }
}

TEST(MemoryPlan, NeedsNoMoreThanTheLowerBoundForTheKeywordNet) {
  const codegen::MemoryPlan plan = codegen::plan_memory(test::keyword_net());
  // Input and output of the widest layer (2 * 25 * 5 * 64 bytes) and one 3x3 window of 64 channels.
  EXPECT_EQ(plan.lower_bound_bytes, 16000 + 576);
  EXPECT_EQ(plan.arena_bytes, plan.lower_bound_bytes);
}

TEST(MemoryPlan, AddsInPlaceWhenAnInputIsReadForTheLastTime) {
  NetBuilder b(1, {8, 10});
  const int left = b.conv("conv1d", 0, 8, {}), right = b.conv("conv1d", 0, 8, {});
  const int sum = b.add(left, right);
  b.dense(sum, 2);
  const codegen::MemoryPlan plan = codegen::plan_memory(b.classifier());
  EXPECT_EQ(plan.offsets[static_cast<size_t>(sum)], plan.offsets[static_cast<size_t>(left)]);
  EXPECT_EQ(plan.arena_bytes, 240);  // input, left and right at the second convolution
}

TEST(MemoryPlan, IsTheSameEveryTime) {
  const quant::QuantNet net = branching_net(9);
  EXPECT_EQ(codegen::plan_memory(net).offsets, codegen::plan_memory(net).offsets);
}

}  // namespace
}  // namespace apprentice
