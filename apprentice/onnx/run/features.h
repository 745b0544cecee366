// SPDX-License-Identifier: Apache-2.0
// Features of an ONNX model: the values inside its graph that are worth looking at.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "apprentice/base/error.h"
#include "apprentice/base/tensor.h"
#include "apprentice/onnx/format/graph.h"

namespace apprentice::onnx::run {

struct OnnxFeature {
  std::string name;  // of the value
  Shape shape;       // without the samples' axis
};

// The ends of stages, shallow to deep, then the vector that the last matrix product sees (model/stages.h). `shapes` are
// OnnxCost::shapes; `answer` is the output that counts, empty = the first.
std::vector<OnnxFeature> sensible_features(const OnnxGraph& graph, const std::map<std::string, Shape>& shapes,
                                           const std::string& answer = "");

// The value that a user means: by its name, or by the number of the node that makes it (its first output), in the order
// of `apprentice inspect`: "12", or "-1" for the last.
Result<std::string> value_of(const OnnxGraph& graph, const std::string& name);

}  // namespace apprentice::onnx::run
