// SPDX-License-Identifier: Apache-2.0
#include "tests/onnx_runtime/near_ties.h"

#include <cmath>

#include "apprentice/layers/layer.h"

namespace apprentice::test {
namespace {

bool is_near_tie(double value, double multiplier) {
  const double resolution = std::abs(value) * (0x1.0p-22 + 1.0 / multiplier) + 1e-9;
  return std::abs(std::abs(value - std::floor(value)) - 0.5) < resolution;
}

struct LayerView {
  const layers::QuantLayer& layer;
  const layers::QuantTensor& from;
  const layers::QuantTensor& to;
  const int8_t* x;
};

// Sum of (x - zero) * w for one output channel at one position; a dense layer is a kernel over its whole input.
double accumulate(const LayerView& view, int64_t row, int64_t column, int64_t channel) {
  const layers::QuantLayer& layer = view.layer;
  const bool dense = layer.kind == "dense", depthwise = layer.kind.rfind("depthwise", 0) == 0;
  const int64_t kernel_h = dense ? view.from.height : layer.kernel[0];
  const int64_t kernel_w = dense ? view.from.width : layer.kernel[1];
  double sum = layer.bias[static_cast<size_t>(channel)];
  for (int64_t ky = 0; ky < kernel_h; ++ky) {
    for (int64_t kx = 0; kx < kernel_w; ++kx) {
      const int64_t y = row * layer.stride[0] - layer.padding[0] + ky;
      const int64_t x = column * layer.stride[1] - layer.padding[1] + kx;
      if (y < 0 || x < 0 || y >= view.from.height || x >= view.from.width) continue;
      const int8_t* in = view.x + (y * view.from.width + x) * view.from.channels;
      const int64_t tap = ky * kernel_w + kx;
      for (int64_t c = depthwise ? channel : 0; c < (depthwise ? channel + 1 : view.from.channels); ++c) {
        const int64_t w =
            depthwise ? tap * view.from.channels + c : (channel * kernel_h * kernel_w + tap) * view.from.channels + c;
        sum += double(in[c] - view.from.params.zero_point) * layer.weights[static_cast<size_t>(w)];
      }
    }
  }
  return sum;
}

int64_t near_ties_of_weights(const LayerView& view) {
  int64_t count = 0;
  for (int64_t i = 0; i < view.to.size(); ++i) {
    const int64_t channel = i % view.to.channels, position = i / view.to.channels;
    const auto c = static_cast<size_t>(channel);
    const double factor = view.from.params.scale * view.layer.weight_scales[c] / view.to.params.scale;
    const double sum = accumulate(view, position / view.to.width, position % view.to.width, channel);
    count += is_near_tie(sum * factor, view.layer.multipliers[c]) ? 1 : 0;
  }
  return count;
}

int64_t near_ties_of_add(const LayerView& view, const layers::QuantTensor& other, const int8_t* x2) {
  int64_t count = 0;
  for (int64_t i = 0; i < view.to.size(); ++i) {
    const double first = (view.x[i] - view.from.params.zero_point) * view.from.params.scale;
    const double second = (x2[i] - other.params.zero_point) * other.params.scale;
    // Terms of opposite sign cancel, so the error is that of the larger one.
    const double value = (first + second) / view.to.params.scale;
    const double resolution = (std::abs(first) + std::abs(second)) / view.to.params.scale * 0x1.0p-21 + 1e-9;
    count += std::abs(std::abs(value - std::floor(value)) - 0.5) < resolution ? 1 : 0;
  }
  return count;
}

// Tables are made in float64; ONNX Runtime works the function out in float32, to a few units of 2^-22.
int64_t near_ties_of_lookup(const LayerView& view) {
  int64_t count = 0;
  for (int64_t i = 0; i < view.to.size(); ++i) {
    const double x = view.from.params.scale * (view.x[i] - view.from.params.zero_point);
    const double steps = layers::layer_kind(view.layer.kind).value(x) / view.to.params.scale;
    count += std::abs(std::abs(steps - std::floor(steps)) - 0.5) < 0x1.0p-20 / view.to.params.scale ? 1 : 0;
  }
  return count;
}

}  // namespace

int64_t near_ties(const quant::QuantNet& net, const std::vector<std::vector<int8_t>>& tensors) {
  int64_t count = 0;
  for (const layers::QuantLayer& layer : net.layers) {
    const auto in = static_cast<size_t>(layer.inputs[0]), out = static_cast<size_t>(layer.output);
    const LayerView view{layer, net.tensors[in], net.tensors[out], tensors[in].data()};
    if (!layer.bias.empty()) count += near_ties_of_weights(view);
    if (layers::layer_kind(layer.kind).role == layers::Int8Role::kLooksUp) count += near_ties_of_lookup(view);
    if (layer.kind != "add") continue;
    const auto second = static_cast<size_t>(layer.inputs[1]);
    count += near_ties_of_add(view, net.tensors[second], tensors[second].data());
  }
  return count;
}

}  // namespace apprentice::test
