// SPDX-License-Identifier: Apache-2.0
// Attributes of the tree operators of ai.onnx.ml -> TreeEnsemble, checked. Internal to onnx/run/.
#pragma once

#include <memory>
#include <string>

#include "apprentice/onnx/run/op.h"
#include "apprentice/onnx/run/tree_ensemble.h"

namespace apprentice::onnx::run {

using Trees = std::shared_ptr<const TreeEnsemble>;  // null after a refusal

// Of the first opsets, where nodes are named by tree and number. `prefix` leads the lists of weights: "class" or
// "target".
Trees read_numbered_trees(OpCall& call, const std::string& prefix, int64_t targets);

// Of TreeEnsemble (opset 5), where nodes and leaves are named by their place in the lists.
Trees read_listed_trees(OpCall& call);

}  // namespace apprentice::onnx::run
