// SPDX-License-Identifier: Apache-2.0
// conv1d over [channels, time] and conv2d over [channels, height, width]: every output channel sees every input
// channel. Weights [out, in, kernel...], bias [out]; padding is zeros.
#include <algorithm>

#include "apprentice/layers/requantize.h"
#include "apprentice/layers/window.h"

namespace apprentice::layers::rows {
namespace {

// output[y, x] += weight * input[y * stride + ky - top, x * stride + kx - left] for every position inside the input.
void add_tap(const Window& w, int64_t ky, int64_t kx, double weight, const double* input, double* output) {
  const TapRange rows = outputs_inside(ky, w.top, w.stride_h, w.in_height, w.out_height);
  const TapRange columns = outputs_inside(kx, w.left, w.stride_w, w.in_width, w.out_width);
  for (int64_t y = rows.first; y < rows.last; ++y) {
    const double* in = input + (y * w.stride_h + ky - w.top) * w.in_width + kx - w.left;
    double* out = output + y * w.out_width;
    if (w.stride_w == 1) {
      for (int64_t x = columns.first; x < columns.last; ++x) out[x] += weight * in[x];
    } else {
      for (int64_t x = columns.first; x < columns.last; ++x) out[x] += weight * in[x * w.stride_w];
    }
  }
}

bool is_pointwise(const Window& w) { return w.taps() == 1 && w.stride_h == 1 && w.stride_w == 1; }

// Sum of (x - zero point) * w over `count` neighbouring bytes; int32 holds it, see docs/formats/int8.md.
int32_t dot(const int8_t* x, int32_t zero_point, const int8_t* w, int64_t count) {
  int32_t sum = 0;
  for (int64_t i = 0; i < count; ++i) sum += (x[i] - zero_point) * w[i];
  return sum;
}

template <size_t rank>
Result<Shape> infer(const model::LayerSpec& spec, const std::vector<Shape>& inputs) {
  if (spec.channels < 1) return bad_input("", "needs channels of at least 1");
  return window_shape(spec, inputs[0], rank, spec.channels);
}

LayerCost cost(const model::LayerSpec& spec, const std::vector<Shape>& inputs, const Shape& output) {
  const int64_t fan_in = inputs[0][0] * spec.kernel[0] * spec.kernel[1];
  return {element_count(output) * fan_in, spec.channels * (fan_in + 1)};
}

std::vector<ParameterInfo> parameters(const model::LayerSpec& spec, const std::vector<Shape>& inputs) {
  const int64_t in = inputs[0][0];
  Shape shape{spec.channels, in};
  if (inputs[0].size() == 3) shape.push_back(spec.kernel[0]);
  shape.push_back(spec.kernel[1]);
  const int64_t fan_in = in * spec.kernel[0] * spec.kernel[1];
  return {{"weight", shape, true, ParameterInfo::Init::kKaimingUniform, fan_in}, {"bias", {spec.channels}}};
}

void run_float(const FloatLayerCall& call) {
  Window w = window_of(call.spec, call.input_shapes[0], call.output_shape);
  if (is_pointwise(w)) {  // one long row is faster than many short ones
    w.in_width = w.out_width = w.in_plane();
    w.in_height = w.out_height = 1;
  }
  const float* weight = call.weights[0];
  for (int64_t o = 0; o < call.spec.channels; ++o) {
    double* out = call.output + o * w.out_plane();
    std::fill(out, out + w.out_plane(), double{call.weights[1][o]});
    for (int64_t c = 0; c < w.in_channels; ++c) {
      const double* in = call.inputs[0] + c * w.in_plane();
      for (int64_t tap = 0; tap < w.taps(); ++tap) add_tap(w, tap / w.kernel_w, tap % w.kernel_w, *weight++, in, out);
    }
  }
}

void run_int8(const QuantLayer& layer, const QuantLayerCall& call) {
  const Window w = window_of(layer, *call.input_tensors[0], *call.output_tensor);
  const int32_t zero_in = call.input_tensors[0]->params.zero_point;
  const int32_t zero_out = call.output_tensor->params.zero_point;
  const int64_t out_channels = call.output_tensor->channels, row = w.kernel_w * w.in_channels;
  int8_t* out = call.output;
  for (int64_t position = 0; position < w.out_plane(); ++position) {
    const int64_t y = position / w.out_width * w.stride_h - w.top;
    const int64_t x = position % w.out_width * w.stride_w - w.left;
    const TapRange ky = taps_inside(y, w.kernel_h, w.in_height), kx = taps_inside(x, w.kernel_w, w.in_width);
    for (int64_t o = 0; o < out_channels; ++o) {
      int32_t sum = layer.bias[static_cast<size_t>(o)];
      for (int64_t r = ky.first; r < ky.last; ++r) {
        const int8_t* in = call.inputs[0] + ((y + r) * w.in_width + x + kx.first) * w.in_channels;
        const int8_t* weight = layer.weights.data() + (o * w.kernel_h + r) * row + kx.first * w.in_channels;
        sum += dot(in, zero_in, weight, (kx.last - kx.first) * w.in_channels);
      }
      *out++ = requantize(sum, layer, static_cast<size_t>(o), zero_out);
    }
  }
}

constexpr LayerKind row(const char* name, const char* summary, Reach reach) {
  LayerKind kind = window_row(name, summary, reach, reach == Reach::kTime ? infer<2> : infer<3>);
  kind.cost = cost;
  kind.parameters = parameters;
  kind.run_float = run_float;
  kind.role = Int8Role::kWeights;
  kind.run_int8 = run_int8;
  kind.c = {c_text::convolution, c_text::convolution_scratch};
  kind.onnx = {"Conv"};
  return kind;
}

}  // namespace

const LayerKind conv1d =
    row("conv1d", "convolution over [channels, time]; channels, kernel, stride, padding", Reach::kTime);
const LayerKind conv2d =
    row("conv2d", "convolution over [channels, height, width]; channels, kernel, stride, padding", Reach::kImage);

}  // namespace apprentice::layers::rows
