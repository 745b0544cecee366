// SPDX-License-Identifier: Apache-2.0
// Labels as texts are part of most classifiers that scikit-learn exports, and nothing else needs them. What of a graph
// can be computed is kept, the rest is left out. Internal to onnx/run/.
#pragma once

#include "apprentice/base/error.h"
#include "apprentice/onnx/format/graph.h"

namespace apprentice::onnx::run {

// Without the nodes that handle texts or have no row in ops.def, and without all that depends on them; the outputs
// among that are named in `left_out`, with the reason. Refuses a graph of which no output is left, by the first reason.
Result<OnnxGraph> without_the_uncomputable(OnnxGraph graph, std::map<std::string, std::string>& left_out);

}  // namespace apprentice::onnx::run
