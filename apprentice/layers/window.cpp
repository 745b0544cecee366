// SPDX-License-Identifier: Apache-2.0
#include "apprentice/layers/window.h"

#include <algorithm>

namespace apprentice::layers {
namespace {

constexpr const char* kAxisNames[] = {"height", "width"};

// 0 when the axis does not fit; then `error` says why.
int64_t out_size(const model::LayerSpec& spec, size_t axis, int64_t in_size, Error& error) {
  const int64_t kernel = spec.kernel[axis], stride = spec.stride[axis];
  const int64_t before = spec.padding[axis], after = spec.padding[axis + 2];
  const char* name = kAxisNames[axis];
  if (kernel < 1 || stride < 1 || before < 0 || after < 0) {
    error.message = fmt::format("kernel and stride must be at least 1 and padding at least 0 along the {}", name);
  } else if (before >= kernel || after >= kernel) {
    error.message =
        fmt::format("padding {} and {} along the {} must be smaller than the kernel {}", before, after, name, kernel);
  } else if (in_size + before + after < kernel) {
    error.message = fmt::format("a kernel of {} does not fit the {} {} with padding {} and {}", kernel, name, in_size,
                                before, after);
  } else {
    return (in_size + before + after - kernel) / stride + 1;
  }
  return 0;
}

}  // namespace

Result<Shape> window_shape(const model::LayerSpec& spec, const Shape& input, size_t rank, int64_t out_channels) {
  if (input.size() != rank) {
    return bad_input("", "takes an input of shape {}, not {}",
                     rank == 2 ? "[channels, time]" : "[channels, height, width]", to_string(input));
  }
  if (rank == 2 && (spec.kernel[0] != 1 || spec.stride[0] != 1 || spec.padding[0] != 0 || spec.padding[2] != 0)) {
    return bad_input("", "is one-dimensional: kernel, stride and padding of the height must be 1, 1 and 0");
  }
  Shape output{out_channels};
  for (size_t i = 1; i < rank; ++i) {
    Error error;
    const int64_t size = out_size(spec, rank == 2 ? 1 : i - 1, input[i], error);
    if (size == 0) return tl::unexpected<Error>(error);
    output.push_back(size);
  }
  return output;
}

Window window_of(const model::LayerSpec& spec, const Shape& input, const Shape& output) {
  Window w;
  w.in_channels = input[0];
  w.in_width = input.back();
  w.out_width = output.back();
  if (input.size() == 3) {
    w.in_height = input[1];
    w.out_height = output[1];
  }
  w.kernel_h = spec.kernel[0], w.kernel_w = spec.kernel[1];
  w.stride_h = spec.stride[0], w.stride_w = spec.stride[1];
  w.top = spec.padding[0], w.left = spec.padding[1];
  return w;
}

Window window_of(const QuantLayer& layer, const QuantTensor& input, const QuantTensor& output) {
  Window w;
  w.in_channels = input.channels, w.in_height = input.height, w.in_width = input.width;
  w.out_height = output.height, w.out_width = output.width;
  w.kernel_h = layer.kernel[0], w.kernel_w = layer.kernel[1];
  w.stride_h = layer.stride[0], w.stride_w = layer.stride[1];
  w.top = layer.padding[0], w.left = layer.padding[1];
  return w;
}

TapRange outputs_inside(int64_t tap, int64_t pad, int64_t stride, int64_t in_size, int64_t out_size) {
  const int64_t shift = pad - tap;  // output o reads input o * stride - shift
  const int64_t first = shift <= 0 ? 0 : (shift + stride - 1) / stride;
  const int64_t last = in_size - 1 + shift < 0 ? 0 : (in_size - 1 + shift) / stride + 1;
  return {std::min(first, out_size), std::min(std::max(last, first), out_size)};
}

}  // namespace apprentice::layers
