// SPDX-License-Identifier: Apache-2.0
// What must hold for a graph as a whole. Internal to onnx/format/.
#pragma once

#include "apprentice/base/error.h"
#include "apprentice/onnx/format/graph.h"

namespace apprentice::onnx {

enum class GraphLevel { kModel, kSubgraph };  // a subgraph may use values of the graph around it

// Refuses values made twice, outputs that nothing makes, cycles, and (in a model) inputs that nothing makes; puts the
// nodes into an order in which every value is made before it is used, keeping the file's order where it can.
Status check_and_sort(OnnxGraph& graph, GraphLevel level);

}  // namespace apprentice::onnx
