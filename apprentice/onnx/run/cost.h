// SPDX-License-Identifier: Apache-2.0
// Multiply-accumulates of one step of a program. Internal to onnx/run/.
#pragma once

#include "apprentice/onnx/run/op.h"

namespace apprentice::onnx::run {

// 0 for operators without products of weights.
int64_t step_macs(const OnnxNode& node, const Values& inputs, const Values& outputs);

// Whether its work can be far more than its inputs and outputs have elements: products, windows, recurrence.
bool is_costly(const OnnxNode& node);

}  // namespace apprentice::onnx::run
