// SPDX-License-Identifier: Apache-2.0
// Local functions (onnx.ai, IR specification, "Functions"): operators that a model defines itself, by nodes. Every call
// is replaced by the nodes of its function. Internal to onnx/format/.
#pragma once

#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "apprentice/base/error.h"
#include "apprentice/onnx/format/graph.h"

namespace apprentice::onnx {

struct OnnxFunction {
  std::vector<std::string> inputs, outputs;
  std::vector<std::string> attributes;            // names that a call may give, those of `defaults` left out
  std::map<std::string, OnnxAttribute> defaults;  // what an attribute is when the call does not give it
  std::vector<OnnxNode> nodes;                    // attributes may refer to those of the call
};
using OnnxFunctionName = std::tuple<std::string, std::string, std::string>;  // domain, name, overload
using OnnxFunctions = std::map<OnnxFunctionName, OnnxFunction>;

// Replaces every call in `graph` and its subgraphs. Values inside a call get names of their own: "call.1/value", where
// 1 counts calls. Refuses attributes that a function does not know, functions that call themselves, and more than 2^18
// nodes or 256 MiB made out of calls, so that functions of functions cannot fill the memory.
Status inline_functions(OnnxGraph& graph, const OnnxFunctions& functions);

}  // namespace apprentice::onnx
