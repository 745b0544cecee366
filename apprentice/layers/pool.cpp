// SPDX-License-Identifier: Apache-2.0
// maxpool1d, maxpool2d, avgpool1d, avgpool2d: the largest value or the mean of each window; padding does not count
// (ONNX count_include_pad = 0). globalavgpool: the mean of each channel, which leaves [channels].
#include <algorithm>
#include <cmath>

#include "apprentice/layers/requantize.h"
#include "apprentice/layers/window.h"

namespace apprentice::layers::rows {
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

template <size_t rank>
Result<Shape> infer(const model::LayerSpec& spec, const std::vector<Shape>& inputs) {
  return window_shape(spec, inputs[0], rank, inputs[0].empty() ? 0 : inputs[0][0]);
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

Result<Shape> infer_global(const model::LayerSpec&, const std::vector<Shape>& inputs) {
  if (inputs[0].size() >= 2) return Shape{inputs[0][0]};
  return bad_input("", "takes [channels, time] or [channels, height, width], not {}", to_string(inputs[0]));
}

void global_float(const FloatLayerCall& call) {
  const int64_t plane = element_count(call.input_shapes[0]) / call.output_shape[0];
  for (int64_t c = 0; c < call.output_shape[0]; ++c) {
    double sum = 0.0;
    for (int64_t i = 0; i < plane; ++i) sum += call.inputs[0][c * plane + i];
    call.output[c] = sum / static_cast<double>(plane);
  }
}

// The whole input as one window.
QuantLayer one_window(const QuantTensor& input) {
  QuantLayer whole;
  whole.kernel = {input.height, input.width};
  return whole;
}

void global_int8(const QuantLayer&, const QuantLayerCall& call) {
  avgpool_int8(one_window(*call.input_tensors[0]), call);
}

Result<CLayerText> maxpool_c(const CLayerCall& call) { return c_text::pool(call, call.layer, "apprentice_maxpool"); }
Result<CLayerText> avgpool_c(const CLayerCall& call) { return c_text::pool(call, call.layer, "apprentice_avgpool"); }
Result<CLayerText> global_c(const CLayerCall& call) {
  return c_text::pool(call, one_window(*call.inputs[0]), "apprentice_avgpool");
}

// What the largest value and the mean differ in.
struct Pool {
  void (*run_float)(const FloatLayerCall& call);
  Int8Role role;
  void (*run_int8)(const QuantLayer& layer, const QuantLayerCall& call);
  Result<CLayerText> (*write_c)(const CLayerCall& call);
  const char* onnx_op;
};
constexpr Pool kLargest{maxpool_float, Int8Role::kMoves, maxpool_int8, maxpool_c, "MaxPool"};
constexpr Pool kMean{avgpool_float, Int8Role::kAverages, avgpool_int8, avgpool_c, "AveragePool"};
constexpr Pool kMeanOfAll{global_float, Int8Role::kAverages, global_int8, global_c, "GlobalAveragePool"};

constexpr LayerKind row(const Pool& pool, const char* name, const char* summary, Reach reach,
                        decltype(LayerKind::infer_shape) infer_shape) {
  LayerKind kind = window_row(name, summary, reach, infer_shape);
  kind.run_float = pool.run_float;
  kind.role = pool.role;
  kind.run_int8 = pool.run_int8;
  kind.c = {pool.write_c};
  kind.onnx = {pool.onnx_op};
  return kind;
}

}  // namespace

const LayerKind maxpool1d =
    row(kLargest, "maxpool1d", "largest value of a window over [channels, time]; kernel, stride, padding (not counted)",
        Reach::kTime, infer<2>);
const LayerKind maxpool2d =
    row(kLargest, "maxpool2d",
        "largest value of a window over [channels, height, width]; kernel, stride, padding (not counted)",
        Reach::kImage, infer<3>);
const LayerKind avgpool1d =
    row(kMean, "avgpool1d", "mean value of a window over [channels, time]; kernel, stride, padding (not counted)",
        Reach::kTime, infer<2>);
const LayerKind avgpool2d = row(
    kMean, "avgpool2d", "mean value of a window over [channels, height, width]; kernel, stride, padding (not counted)",
    Reach::kImage, infer<3>);
const LayerKind globalavgpool = row(kMeanOfAll, "globalavgpool", "mean of each channel: [channels, ...] to [channels]",
                                    Reach::kPlane, infer_global);

}  // namespace apprentice::layers::rows
