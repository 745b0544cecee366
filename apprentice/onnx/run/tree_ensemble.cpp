// SPDX-License-Identifier: Apache-2.0
#include "apprentice/onnx/run/tree_ensemble.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace apprentice::onnx::run {
namespace {

bool passes(const TreeEnsemble& trees, const TreeNode& node, double x) {
  if (std::isnan(x) && node.nan_passes) return true;
  switch (node.test) {
    case TreeTest::kLessEqual: return x <= node.threshold;
    case TreeTest::kLess: return x < node.threshold;
    case TreeTest::kGreaterEqual: return x >= node.threshold;
    case TreeTest::kGreater: return x > node.threshold;
    case TreeTest::kEqual: return x == node.threshold;
    case TreeTest::kNotEqual: return x != node.threshold;
    case TreeTest::kMember: {
      const std::vector<double>& set = trees.sets[static_cast<size_t>(node.set)];
      return std::find(set.begin(), set.end(), x) != set.end();
    }
    case TreeTest::kLeaf: break;
  }
  return false;
}

const TreeNode& leaf_of(const TreeEnsemble& trees, int64_t root, const double* x) {
  const TreeNode* node = &trees.nodes[static_cast<size_t>(root)];
  while (node->test != TreeTest::kLeaf) {
    const int64_t next = passes(trees, *node, x[node->feature]) ? node->if_true : node->if_false;
    node = &trees.nodes[static_cast<size_t>(next)];
  }
  return *node;
}

std::string wrong_node(const TreeEnsemble& trees, size_t i) {
  const TreeNode& node = trees.nodes[i];
  const auto inside = [](int64_t place, size_t size) { return place >= 0 && place < static_cast<int64_t>(size); };
  if (node.test == TreeTest::kLeaf) {
    const int64_t last = node.first_weight + node.weights;
    if (node.first_weight < 0 || node.weights < 0 || last > static_cast<int64_t>(trees.weights.size()))
      return fmt::format("leaf {} has weights that are not there", i);
    return "";
  }
  if (!inside(node.if_true, trees.nodes.size()) || !inside(node.if_false, trees.nodes.size()))
    return fmt::format("node {} leads to a node that is not there", i);
  if (node.feature < 0 || node.feature > (int64_t{1} << 31))
    return fmt::format("node {} asks for feature {}", i, node.feature);
  if (node.test == TreeTest::kMember && !inside(node.set, trees.sets.size()))
    return fmt::format("node {} has no set of members", i);
  return "";
}

// Kahn 1962: nodes that are left over lie on a cycle, or behind one.
bool has_cycle(const TreeEnsemble& trees) {
  std::vector<int64_t> parents(trees.nodes.size(), 0), free;
  const auto each_child = [&](const TreeNode& node, const auto& visit) {
    if (node.test == TreeTest::kLeaf) return;
    visit(static_cast<size_t>(node.if_true));
    visit(static_cast<size_t>(node.if_false));
  };
  for (const TreeNode& node : trees.nodes) each_child(node, [&](size_t child) { ++parents[child]; });
  for (size_t i = 0; i < parents.size(); ++i)
    if (parents[i] == 0) free.push_back(static_cast<int64_t>(i));
  size_t done = 0;
  for (; done < free.size(); ++done)
    each_child(trees.nodes[static_cast<size_t>(free[done])], [&](size_t child) {
      if (--parents[child] == 0) free.push_back(static_cast<int64_t>(child));
    });
  return done < trees.nodes.size();
}

// What one tree gives for one target, taken together with the others.
void take(TreeAggregate aggregate, double value, bool first, double& score) {
  switch (aggregate) {
    case TreeAggregate::kSum:
    case TreeAggregate::kAverage: score += value; break;
    case TreeAggregate::kMin: score = first ? value : std::min(score, value); break;
    case TreeAggregate::kMax: score = first ? value : std::max(score, value); break;
  }
}

}  // namespace

std::string check_trees(const TreeEnsemble& trees) {
  if (trees.targets < 1 || trees.targets > (1 << 24)) return fmt::format("has {} targets", trees.targets);
  if (!trees.base.empty() && static_cast<int64_t>(trees.base.size()) != trees.targets)
    return fmt::format("has {} base values for {} targets", trees.base.size(), trees.targets);
  for (size_t i = 0; i < trees.nodes.size(); ++i)
    if (const std::string wrong = wrong_node(trees, i); !wrong.empty()) return wrong;
  for (const int64_t root : trees.roots)
    if (root < 0 || root >= static_cast<int64_t>(trees.nodes.size()))
      return fmt::format("has no node {} for a root", root);
  for (const LeafWeight& weight : trees.weights)
    if (weight.target < 0 || weight.target >= trees.targets)
      return fmt::format("has a weight for target {} of {}", weight.target, trees.targets);
  return has_cycle(trees) ? "has nodes that lead back to themselves" : "";
}

int64_t features_of(const TreeEnsemble& trees) {
  int64_t count = 0;
  for (const TreeNode& node : trees.nodes)
    if (node.test != TreeTest::kLeaf) count = std::max(count, node.feature + 1);
  return count;
}

void evaluate(const TreeEnsemble& trees, const double* x, double* scores) {
  std::vector<bool> seen(static_cast<size_t>(trees.targets), false);
  std::fill(scores, scores + trees.targets, 0.0);
  for (const int64_t root : trees.roots) {
    const TreeNode& leaf = leaf_of(trees, root, x);
    for (int64_t w = leaf.first_weight; w < leaf.first_weight + leaf.weights; ++w) {
      const LeafWeight& weight = trees.weights[static_cast<size_t>(w)];
      const auto target = static_cast<size_t>(weight.target);
      take(trees.aggregate, weight.value, !seen[target], scores[target]);
      seen[target] = true;
    }
  }
  for (size_t target = 0; target < seen.size(); ++target) {
    if (trees.aggregate == TreeAggregate::kAverage) scores[target] /= static_cast<double>(trees.roots.size());
    if (!trees.base.empty()) scores[target] += trees.base[target];
  }
}

}  // namespace apprentice::onnx::run
