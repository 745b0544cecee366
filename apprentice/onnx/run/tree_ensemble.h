// SPDX-License-Identifier: Apache-2.0
// Ensembles of decision trees as ai.onnx.ml describes them, walked in float64; free of libtorch. Internal to onnx/run/.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace apprentice::onnx::run {

enum class TreeTest { kLessEqual, kLess, kGreaterEqual, kGreater, kEqual, kNotEqual, kMember, kLeaf };

struct TreeNode {
  TreeTest test = TreeTest::kLeaf;
  bool nan_passes = false;  // a missing value counts as true
  int64_t feature = 0;
  double threshold = 0.0;
  int64_t set = 0;                        // of kMember: the feature is one of sets[set]
  int64_t if_true = -1, if_false = -1;    // nodes
  int64_t first_weight = 0, weights = 0;  // of a leaf
};

// What a leaf adds to one target (or class).
struct LeafWeight {
  int64_t target = 0;
  double value = 0.0;
};

enum class TreeAggregate { kSum, kAverage, kMin, kMax };

struct TreeEnsemble {
  std::vector<TreeNode> nodes;
  std::vector<int64_t> roots;
  std::vector<LeafWeight> weights;
  std::vector<std::vector<double>> sets;
  int64_t targets = 0;
  TreeAggregate aggregate = TreeAggregate::kSum;
  std::vector<double> base;  // per target, added at the end; or empty
};

// What is wrong with it in words, or "": places outside its lists, or nodes that lead back to themselves.
std::string check_trees(const TreeEnsemble& trees);
// One more than the largest feature that is asked for.
int64_t features_of(const TreeEnsemble& trees);

// The ensemble must have passed check_trees. `x` holds features_of() values; `scores` gets one value per target.
void evaluate(const TreeEnsemble& trees, const double* x, double* scores);

}  // namespace apprentice::onnx::run
