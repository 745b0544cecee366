// SPDX-License-Identifier: Apache-2.0
// depthwise1d over [channels, time] and depthwise2d over [channels, height, width]: each output channel sees its own
// input channel only. Weights [channels, 1, kernel...], bias [channels]; padding is zeros.
#include <algorithm>

#include "apprentice/layers/requantize.h"
#include "apprentice/layers/window.h"

namespace apprentice::layers::rows {
namespace {

// sums[c] += (x[c] - zero point) * w[c]; neighbouring channels, so it vectorises.
void add_tap(const int8_t* x, int32_t zero_point, const int8_t* w, int64_t channels, int32_t* sums) {
  for (int64_t c = 0; c < channels; ++c) sums[c] += (x[c] - zero_point) * w[c];
}

// LayerSpec::channels is 0 or the input's channels.
template <size_t rank>
Result<Shape> infer(const model::LayerSpec& spec, const std::vector<Shape>& inputs) {
  const Shape& input = inputs[0];
  if (spec.channels != 0 && !input.empty() && spec.channels != input[0]) {
    return bad_input("", "keeps the {} channels of its input, but channels = {}", input[0], spec.channels);
  }
  return window_shape(spec, input, rank, input.empty() ? 0 : input[0]);
}

LayerCost cost(const model::LayerSpec& spec, const std::vector<Shape>& inputs, const Shape& output) {
  const int64_t taps = spec.kernel[0] * spec.kernel[1];
  return {element_count(output) * taps, inputs[0][0] * (taps + 1)};
}

std::vector<ParameterInfo> parameters(const model::LayerSpec& spec, const std::vector<Shape>& inputs) {
  const int64_t channels = inputs[0][0];
  Shape shape{channels, 1};
  if (inputs[0].size() == 3) shape.push_back(spec.kernel[0]);
  shape.push_back(spec.kernel[1]);
  const int64_t fan_in = spec.kernel[0] * spec.kernel[1];
  return {{"weight", shape, true, ParameterInfo::Init::kKaimingUniform, fan_in}, {"bias", {channels}}};
}

void run_float(const FloatLayerCall& call) {
  const Window w = window_of(call.spec, call.input_shapes[0], call.output_shape);
  for (int64_t c = 0; c < w.in_channels; ++c) {
    const double* in = call.inputs[0] + c * w.in_plane();
    const float* weight = call.weights[0] + c * w.taps();
    double* out = call.output + c * w.out_plane();
    for (int64_t position = 0; position < w.out_plane(); ++position) {
      const int64_t y = position / w.out_width * w.stride_h - w.top;
      const int64_t x = position % w.out_width * w.stride_w - w.left;
      const TapRange ky = taps_inside(y, w.kernel_h, w.in_height), kx = taps_inside(x, w.kernel_w, w.in_width);
      double sum = double{call.weights[1][c]};
      for (int64_t r = ky.first; r < ky.last; ++r) {
        for (int64_t s = kx.first; s < kx.last; ++s) {
          sum += double{weight[r * w.kernel_w + s]} * in[(y + r) * w.in_width + x + s];
        }
      }
      out[position] = sum;
    }
  }
}

void run_int8(const QuantLayer& layer, const QuantLayerCall& call) {
  const Window w = window_of(layer, *call.input_tensors[0], *call.output_tensor);
  const int32_t zero_in = call.input_tensors[0]->params.zero_point;
  const int32_t zero_out = call.output_tensor->params.zero_point;
  std::vector<int32_t> sums(layer.bias.size());
  int8_t* out = call.output;
  for (int64_t position = 0; position < w.out_plane(); ++position) {
    const int64_t y = position / w.out_width * w.stride_h - w.top;
    const int64_t x = position % w.out_width * w.stride_w - w.left;
    const TapRange ky = taps_inside(y, w.kernel_h, w.in_height), kx = taps_inside(x, w.kernel_w, w.in_width);
    std::copy(layer.bias.begin(), layer.bias.end(), sums.begin());
    for (int64_t r = ky.first; r < ky.last; ++r) {
      for (int64_t s = kx.first; s < kx.last; ++s) {
        const int8_t* in = call.inputs[0] + ((y + r) * w.in_width + x + s) * w.in_channels;
        add_tap(in, zero_in, layer.weights.data() + (r * w.kernel_w + s) * w.in_channels, w.in_channels, sums.data());
      }
    }
    for (size_t c = 0; c < sums.size(); ++c) *out++ = requantize(sums[c], layer, c, zero_out);
  }
}

constexpr LayerKind row(const char* name, const char* summary, Reach reach) {
  LayerKind kind = window_row(name, summary, reach, reach == Reach::kTime ? infer<2> : infer<3>);
  kind.depthwise = true;
  kind.cost = cost;
  kind.parameters = parameters;
  kind.run_float = run_float;
  kind.role = Int8Role::kWeights;
  kind.run_int8 = run_int8;
  kind.c = {c_text::depthwise, c_text::depthwise_scratch};
  kind.onnx = {"Conv"};
  return kind;
}

}  // namespace

const LayerKind depthwise1d =
    row("depthwise1d", "one filter per channel over [channels, time]; kernel, stride, padding", Reach::kTime);
const LayerKind depthwise2d =
    row("depthwise2d", "one filter per channel over [channels, height, width]; kernel, stride, padding", Reach::kImage);

}  // namespace apprentice::layers::rows
