// SPDX-License-Identifier: Apache-2.0
#include "apprentice/layers/pool.h"

#include <algorithm>
#include <cmath>

#include "apprentice/layers/requantize.h"

namespace apprentice {
namespace {

// Calls visit(channel-last index of the first channel) for every input position under one output position; returns how
// many there were.
template <typename Visit>
int64_t visit_window(const Window& w, int64_t position, Visit visit) {
  const int64_t y = position / w.out_width * w.stride_h - w.top;
  const int64_t x = position % w.out_width * w.stride_w - w.left;
  const TapRange ky = taps_inside(y, w.kernel_h, w.in_height), kx = taps_inside(x, w.kernel_w, w.in_width);
  for (int64_t r = ky.first; r < ky.last; ++r) {
    for (int64_t s = kx.first; s < kx.last; ++s) visit((y + r) * w.in_width + x + s);
  }
  return (ky.last - ky.first) * (kx.last - kx.first);
}

}  // namespace

Result<Shape> pool_shape(const LayerSpec& spec, const Shape& input, size_t rank) {
  return window_shape(spec, input, rank, input.empty() ? 0 : input[0]);
}

void maxpool_float(const FloatLayerCall& call) {
  const Window w = window_of(call.spec, call.input_shapes[0], call.output_shape);
  for (int64_t c = 0; c < w.in_channels; ++c) {
    const double* in = call.inputs[0] + c * w.in_plane();
    for (int64_t position = 0; position < w.out_plane(); ++position) {
      double largest = -HUGE_VAL;
      visit_window(w, position, [&](int64_t i) { largest = std::max(largest, in[i]); });
      call.output[c * w.out_plane() + position] = largest;
    }
  }
}

void maxpool_int8(const QuantLayer& layer, const QuantLayerCall& call) {
  const Window w = window_of(layer, *call.input_tensors[0], *call.output_tensor);
  for (int64_t position = 0; position < w.out_plane(); ++position) {
    int8_t* out = call.output + position * w.in_channels;
    std::fill(out, out + w.in_channels, int8_t{-128});
    visit_window(w, position, [&](int64_t i) {
      const int8_t* in = call.inputs[0] + i * w.in_channels;
      for (int64_t c = 0; c < w.in_channels; ++c) out[c] = std::max(out[c], in[c]);
    });
  }
}

void avgpool_float(const FloatLayerCall& call) {
  const Window w = window_of(call.spec, call.input_shapes[0], call.output_shape);
  for (int64_t c = 0; c < w.in_channels; ++c) {
    const double* in = call.inputs[0] + c * w.in_plane();
    for (int64_t position = 0; position < w.out_plane(); ++position) {
      double sum = 0.0;
      const int64_t count = visit_window(w, position, [&](int64_t i) { sum += in[i]; });
      call.output[c * w.out_plane() + position] = sum / static_cast<double>(count);
    }
  }
}

void avgpool_int8(const QuantLayer& layer, const QuantLayerCall& call) {
  const Window w = window_of(layer, *call.input_tensors[0], *call.output_tensor);
  const int64_t zero_point = call.output_tensor->params.zero_point;
  std::vector<int32_t> sums(static_cast<size_t>(w.in_channels));
  for (int64_t position = 0; position < w.out_plane(); ++position) {
    std::fill(sums.begin(), sums.end(), 0);
    const int64_t count = visit_window(w, position, [&](int64_t i) {
      const int8_t* in = call.inputs[0] + i * w.in_channels;
      for (size_t c = 0; c < sums.size(); ++c) sums[c] += in[c];
    });
    int8_t* out = call.output + position * w.in_channels;
    for (size_t c = 0; c < sums.size(); ++c) {
      const int64_t mean = mean_half_to_even(sums[c] - count * zero_point, count) + zero_point;
      out[c] = static_cast<int8_t>(mean);  // a mean of bytes is a byte
    }
  }
}

LayerCost no_cost(const LayerSpec&, const std::vector<Shape>&, const Shape&) { return {}; }
std::vector<ParameterInfo> no_parameters(const LayerSpec&, const std::vector<Shape>&) { return {}; }

}  // namespace apprentice
