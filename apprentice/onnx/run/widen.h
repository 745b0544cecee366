// SPDX-License-Identifier: Apache-2.0
// Models of float16 or bfloat16 as the same models of float32. Internal to onnx/run/.
#pragma once

#include <optional>

#include "apprentice/onnx/format/graph.h"

namespace apprentice::onnx::run {

bool is_half(DType dtype);

// The graph with every float16 and bfloat16 value as float32, so that nothing is rounded between its inputs and
// outputs. Nothing where the graph holds none, where it does not tell the types of its inputs and outputs, and where a
// node asks for types itself or quantises, since what it gives may depend on the rounding: operators are then rounded
// one by one.
std::optional<OnnxGraph> widened(const OnnxGraph& graph);

}  // namespace apprentice::onnx::run
