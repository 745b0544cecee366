// SPDX-License-Identifier: Apache-2.0
// The geometry that convolutions and pools share: a kernel moved over [height, width] by a stride, with padding.
#pragma once

#include "apprentice/layers/layer.h"

namespace apprentice::layers {

// A 1-d layer is a 2-d one of height 1.
struct Window {
  int64_t in_channels = 1, in_height = 1, in_width = 1;
  int64_t out_height = 1, out_width = 1;
  int64_t kernel_h = 1, kernel_w = 1, stride_h = 1, stride_w = 1, top = 0, left = 0;

  int64_t in_plane() const { return in_height * in_width; }
  int64_t out_plane() const { return out_height * out_width; }
  int64_t taps() const { return kernel_h * kernel_w; }
};

// Output shape with `out_channels` first: size = (in + pads - kernel) / stride + 1, rounded down. Refuses another rank,
// a kernel larger than the padded input, padding not smaller than the kernel, absurd sizes.
Result<Shape> window_shape(const model::LayerSpec& spec, const Shape& input, size_t rank, int64_t out_channels);
// For shapes that window_shape accepted; channel-first.
Window window_of(const model::LayerSpec& spec, const Shape& input, const Shape& output);
// The same for the tensors of a quantized net.
Window window_of(const QuantLayer& layer, const QuantTensor& input, const QuantTensor& output);

// Taps of one output position along one axis that fall inside the input: [first, last).
struct TapRange {
  int64_t first, last;
};
inline TapRange taps_inside(int64_t start, int64_t kernel, int64_t size) {
  return {start < 0 ? -start : 0, start + kernel > size ? size - start : kernel};
}
// Output positions along one axis whose tap `tap` falls inside the input: [first, last).
TapRange outputs_inside(int64_t tap, int64_t pad, int64_t stride, int64_t in_size, int64_t out_size);

// Where the rows of convolutions and pools begin.
constexpr LayerKind window_row(const char* name, const char* summary, Reach reach,
                               decltype(LayerKind::infer_shape) infer_shape) {
  LayerKind kind;
  kind.name = name;
  kind.summary = summary;
  kind.reach = reach;
  kind.infer_shape = infer_shape;
  return kind;
}

}  // namespace apprentice::layers
