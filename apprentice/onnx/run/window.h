// SPDX-License-Identifier: Apache-2.0
// Kernel, stride, dilation and padding of convolution and pooling nodes, resolved for an input. Internal to onnx/run/.
#pragma once

#include "apprentice/onnx/run/op.h"

namespace apprentice::onnx::run {

// Per spatial axis.
struct Window {
  Sizes kernel, stride, dilation, pad_begin, pad_end;
  bool symmetric() const { return pad_begin == pad_end; }
  int64_t rank() const { return static_cast<int64_t>(kernel.size()); }
  // Input elements that one window spans along an axis.
  int64_t span(size_t axis) const { return (kernel[axis] - 1) * dilation[axis] + 1; }
};

// Reads kernel_shape (or takes `kernel` when the attribute is absent), strides, dilations, pads and auto_pad
// (SAME_UPPER and SAME_LOWER: ceil(size / stride) outputs). Refuses lists of the wrong length and sizes below 1.
Window read_window(OpCall& call, const at::Tensor& input, const Sizes& kernel);

// `input` padded with `value` so that no padding is left in `window`.
at::Tensor pad_for(const at::Tensor& input, Window& window, double value);

}  // namespace apprentice::onnx::run
