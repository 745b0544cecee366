// SPDX-License-Identifier: Apache-2.0
#include "apprentice/onnx/run/tree_attributes.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

namespace apprentice::onnx::run {
namespace {

const char* const kTests[] = {"BRANCH_LEQ", "BRANCH_LT", "BRANCH_GTE", "BRANCH_GT", "BRANCH_EQ", "BRANCH_NEQ"};
const char* const kAggregates[] = {"AVERAGE", "SUM", "MIN", "MAX"};
constexpr TreeAggregate kAggregate[] = {TreeAggregate::kAverage, TreeAggregate::kSum, TreeAggregate::kMin,
                                        TreeAggregate::kMax};

Trees checked(OpCall& call, TreeEnsemble trees) {
  if (!call.failed())
    if (const std::string wrong = check_trees(trees); !wrong.empty()) call.refuse("{}", wrong);
  return call.failed() ? nullptr : std::make_shared<const TreeEnsemble>(std::move(trees));
}

void expect_lengths(OpCall& call, size_t count, std::initializer_list<std::pair<const char*, size_t>> lists) {
  for (const auto& [name, size] : lists)
    if (size != count) call.refuse("{} has {} entries; {} were expected", name, size, count);
}

// What both forms say of a node, an entry each.
struct Lists {
  Sizes features, if_true, if_false, missing;
  std::vector<double> values;
  size_t size() const { return features.size(); }
};

Lists read_lists(OpCall& call, std::vector<double> values) {
  Lists lists{call.integers("nodes_featureids", {}),
              call.integers("nodes_truenodeids", {}),
              call.integers("nodes_falsenodeids", {}),
              {},
              std::move(values)};
  lists.missing = call.integers("nodes_missing_value_tracks_true", Sizes(lists.size(), 0));
  expect_lengths(call, lists.size(),
                 {{"nodes_truenodeids", lists.if_true.size()},
                  {"nodes_falsenodeids", lists.if_false.size()},
                  {"nodes_missing_value_tracks_true", lists.missing.size()},
                  {"the list of values that nodes compare with", lists.values.size()}});
  return lists;
}

TreeTest test_of(OpCall& call, const std::string& mode) {
  if (mode == "LEAF") return TreeTest::kLeaf;
  const auto found = std::find(std::begin(kTests), std::end(kTests), mode);
  if (found == std::end(kTests)) call.refuse("the mode '{}' of a node is not known", mode);
  return static_cast<TreeTest>(found - std::begin(kTests));
}

// Names of nodes: tree and number -> place in the lists.
class NodeNames {
 public:
  explicit NodeNames(OpCall& call) : call_(call) {}
  void add(int64_t tree, int64_t number) {
    if (!places_.emplace(std::pair{tree, number}, static_cast<int64_t>(places_.size())).second)
      call_.refuse("tree {} has two nodes {}", tree, number);
  }
  int64_t place(int64_t tree, int64_t number) const {
    const auto found = places_.find({tree, number});
    if (found != places_.end()) return found->second;
    call_.refuse("tree {} has no node {}", tree, number);
    return 0;
  }

 private:
  OpCall& call_;
  std::map<std::pair<int64_t, int64_t>, int64_t> places_;
};

// A node that is no child is the root of its tree.
void find_roots(OpCall& call, const Sizes& tree_of, TreeEnsemble& trees) {
  std::vector<bool> is_child(trees.nodes.size(), false);
  for (const TreeNode& node : trees.nodes)
    if (node.test != TreeTest::kLeaf)
      is_child[static_cast<size_t>(node.if_true)] = is_child[static_cast<size_t>(node.if_false)] = true;
  std::set<int64_t> rooted;
  for (size_t i = 0; i < trees.nodes.size(); ++i) {
    if (is_child[i]) continue;
    if (!rooted.insert(tree_of[i]).second) call.refuse("tree {} has two roots", tree_of[i]);
    trees.roots.push_back(static_cast<int64_t>(i));
  }
}

void read_nodes(OpCall& call, NodeNames& names, TreeEnsemble& trees) {
  const Lists lists = read_lists(call, call.reals_or_tensor("nodes_values"));
  const Sizes tree_of = call.integers("nodes_treeids", {}), numbers = call.integers("nodes_nodeids", {});
  const std::vector<std::string> modes = call.texts("nodes_modes");
  expect_lengths(call, lists.size(),
                 {{"nodes_treeids", tree_of.size()}, {"nodes_nodeids", numbers.size()}, {"nodes_modes", modes.size()}});
  if (call.failed()) return;
  for (size_t i = 0; i < lists.size(); ++i) names.add(tree_of[i], numbers[i]);
  for (size_t i = 0; i < lists.size() && !call.failed(); ++i) {
    TreeNode node{test_of(call, modes[i]), lists.missing[i] != 0, lists.features[i], lists.values[i]};
    if (node.test != TreeTest::kLeaf) {
      node.if_true = names.place(tree_of[i], lists.if_true[i]);
      node.if_false = names.place(tree_of[i], lists.if_false[i]);
    }
    trees.nodes.push_back(node);
  }
  if (!call.failed()) find_roots(call, tree_of, trees);
}

// Weights of leaves from the lists PREFIX_treeids, _nodeids, _ids and _weights; those of other nodes say nothing.
void read_weights(OpCall& call, const std::string& prefix, const NodeNames& names, TreeEnsemble& trees) {
  const Sizes tree_of = call.integers(prefix + "_treeids", {}), numbers = call.integers(prefix + "_nodeids", {}),
              targets = call.integers(prefix + "_ids", {});
  const std::vector<double> values = call.reals_or_tensor(prefix + "_weights");
  expect_lengths(call, tree_of.size(),
                 {{"the weights' node numbers", numbers.size()},
                  {"the weights' targets", targets.size()},
                  {"the weights", values.size()}});
  std::vector<std::vector<LeafWeight>> by_node(trees.nodes.size());
  for (size_t i = 0; i < tree_of.size() && !call.failed(); ++i) {
    const int64_t place = names.place(tree_of[i], numbers[i]);
    if (!call.failed()) by_node[static_cast<size_t>(place)].push_back({targets[i], values[i]});
  }
  for (size_t i = 0; i < by_node.size(); ++i) {
    if (trees.nodes[i].test != TreeTest::kLeaf) continue;
    trees.nodes[i].first_weight = static_cast<int64_t>(trees.weights.size());
    trees.nodes[i].weights = static_cast<int64_t>(by_node[i].size());
    trees.weights.insert(trees.weights.end(), by_node[i].begin(), by_node[i].end());
  }
}

// Sets of members are listed one after the other, in the order of the nodes that ask for them, with NaN between them.
std::vector<std::vector<double>> read_sets(OpCall& call) {
  std::vector<std::vector<double>> sets;
  if (!call.has_attribute("membership_values")) return sets;
  sets.emplace_back();
  for (const double value : call.reals_of_tensor("membership_values")) {
    if (std::isnan(value))
      sets.emplace_back();
    else
      sets.back().push_back(value);
  }
  return sets;
}

// Inner nodes come first in the ensemble, then one node per leaf.
struct Children {
  const Sizes& number;
  Sizes is_leaf;
  int64_t inner, leaves;
  int64_t of(OpCall& call, size_t node) const {
    const bool leaf = is_leaf[node] != 0;
    if (number[node] < 0 || number[node] >= (leaf ? leaves : inner))
      call.refuse("node {} leads to a node that is not there", node);
    return leaf ? inner + number[node] : number[node];
  }
};

void read_inner_nodes(OpCall& call, int64_t leaves, TreeEnsemble& trees) {
  const Lists lists = read_lists(call, call.reals_of_tensor("nodes_splits"));
  const std::vector<double> modes = call.reals_of_tensor("nodes_modes");
  const auto inner = static_cast<int64_t>(lists.size());
  const Children if_true{lists.if_true, call.integers("nodes_trueleafs", {}), inner, leaves},
      if_false{lists.if_false, call.integers("nodes_falseleafs", {}), inner, leaves};
  expect_lengths(call, lists.size(),
                 {{"nodes_modes", modes.size()},
                  {"nodes_trueleafs", if_true.is_leaf.size()},
                  {"nodes_falseleafs", if_false.is_leaf.size()}});
  int64_t next_set = 0;
  for (size_t i = 0; i < lists.size() && !call.failed(); ++i) {
    if (!(modes[i] >= 0.0 && modes[i] <= 6.0)) {
      call.refuse("the mode {} of a node is not known", modes[i]);
      return;
    }
    TreeNode node{static_cast<TreeTest>(static_cast<int>(modes[i])), lists.missing[i] != 0, lists.features[i],
                  lists.values[i]};
    if (node.test == TreeTest::kMember) node.set = next_set++;
    node.if_true = if_true.of(call, i);
    node.if_false = if_false.of(call, i);
    trees.nodes.push_back(node);
  }
}

void read_leaves(const Sizes& targets, const std::vector<double>& weights, TreeEnsemble& trees) {
  for (size_t i = 0; i < weights.size(); ++i) {
    TreeNode leaf;
    leaf.first_weight = static_cast<int64_t>(i);
    leaf.weights = 1;
    trees.nodes.push_back(leaf);
    trees.weights.push_back({targets[i], weights[i]});
  }
}

}  // namespace

Trees read_numbered_trees(OpCall& call, const std::string& prefix, int64_t targets) {
  TreeEnsemble trees;
  trees.targets = targets;
  NodeNames names(call);
  read_nodes(call, names, trees);
  if (!call.failed()) read_weights(call, prefix, names, trees);
  trees.base = call.reals_or_tensor("base_values");
  if (trees.base.size() == 1 && prefix == "class" && targets == 2) trees.base.push_back(0.0);
  const std::string aggregate = call.text("aggregate_function", "SUM");
  const auto found = std::find(std::begin(kAggregates), std::end(kAggregates), aggregate);
  if (found == std::end(kAggregates)) {
    call.refuse("aggregate_function '{}' is not known", aggregate);
    return nullptr;
  }
  trees.aggregate = kAggregate[found - std::begin(kAggregates)];
  return checked(call, std::move(trees));
}

Trees read_listed_trees(OpCall& call) {
  TreeEnsemble trees;
  const std::vector<double> weights = call.reals_of_tensor("leaf_weights");
  const Sizes targets = call.integers("leaf_targetids", {});
  expect_lengths(call, targets.size(), {{"leaf_weights", weights.size()}});
  if (!call.failed()) read_inner_nodes(call, static_cast<int64_t>(weights.size()), trees);
  if (call.failed()) return nullptr;
  read_leaves(targets, weights, trees);
  trees.sets = read_sets(call);
  trees.roots = call.integers("tree_roots", {});
  trees.targets = call.integer("n_targets", 1);
  const int64_t aggregate = call.integer("aggregate_function", 1);
  if (aggregate < 0 || aggregate > 3) {
    call.refuse("aggregate_function {} is not known", aggregate);
    return nullptr;
  }
  trees.aggregate = kAggregate[aggregate];
  return checked(call, std::move(trees));
}

}  // namespace apprentice::onnx::run
