// SPDX-License-Identifier: Apache-2.0
// Where steps are computed when a model runs on another device than the processor: those that libtorch does there as a
// whole, on it, with their values; the others on the processor. Internal to onnx/run/.
#pragma once

#include <ATen/ATen.h>

#include "apprentice/onnx/run/op.h"

namespace apprentice::onnx::run {

// Moves the inputs of a step to where it is computed.
void bring_together(const OnnxNode& node, Values& inputs, at::Device device);
// Whether the node, as a rule, reads a constant at that input on the device, where it should wait then.
bool wants_on_device(const OnnxNode& node, size_t input, const at::Tensor& constant);
// On the processor, whatever the values are.
void bring_home(Values& values);

}  // namespace apprentice::onnx::run
