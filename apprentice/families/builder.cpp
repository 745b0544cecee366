// SPDX-License-Identifier: Apache-2.0
#include "apprentice/families/builder.h"

#include <algorithm>

namespace apprentice {
namespace {

bool has_window(const std::string& kind) {
  const auto starts = [&kind](const char* prefix) { return kind.rfind(prefix, 0) == 0; };
  return starts("conv") || starts("depthwise") || starts("maxpool") || starts("avgpool");
}

int64_t output_size(int64_t size, int64_t kernel, int64_t stride, int64_t padding) {
  // Shapes that do not fit are refused by infer_shapes, with the layer's name.
  return std::max<int64_t>((size + padding - kernel) / std::max<int64_t>(stride, 1) + 1, 1);
}

int64_t same_total(int64_t size, int64_t kernel, int64_t stride) {
  const int64_t outputs = (size + stride - 1) / stride;
  return std::max<int64_t>((outputs - 1) * stride + kernel - size, 0);
}

}  // namespace

NetBuilder::NetBuilder(std::string name, const Shape& input_shape) {
  promise(!input_shape.empty() && input_shape.size() <= 3, "a network's input has one to three axes");
  spec_.name = std::move(name);
  spec_.input_shape = input_shape;
  Geometry& geometry = geometry_[kNetInput];
  geometry.width = input_shape.size() == 1 ? 1 : input_shape.back();
  geometry.height = input_shape.size() == 3 ? input_shape[1] : 1;
  channels_[kNetInput] = input_shape[0];
}

std::string NetBuilder::next_name(const std::string& kind) { return fmt::format("{}_{}", kind, ++counts_[kind]); }

int64_t NetBuilder::output_channels(const LayerSpec& layer) const {
  if (layer.channels != 0) return layer.channels;
  int64_t sum = 0;
  for (const std::string& input : layer.inputs) {
    const auto found = channels_.find(input);
    if (found == channels_.end()) continue;
    if (layer.kind != "concat") return found->second;
    sum += found->second;
  }
  return sum;
}

std::string NetBuilder::append(LayerSpec layer) {
  if (layer.name.empty()) layer.name = next_name(layer.kind);
  const std::string& input = layer.inputs.front();
  Geometry geometry = geometry_.count(input) != 0 ? geometry_[input] : Geometry{};
  if (has_window(layer.kind)) {
    geometry.height =
        output_size(geometry.height, layer.kernel[0], layer.stride[0], layer.padding[0] + layer.padding[2]);
    geometry.width = output_size(geometry.width, layer.kernel[1], layer.stride[1], layer.padding[1] + layer.padding[3]);
  } else if (layer.kind == "globalavgpool" || layer.kind == "flatten" || layer.kind == "dense") {
    geometry = {};
  }
  geometry_[layer.name] = geometry;
  channels_[layer.name] = output_channels(layer);
  last_ = layer.name;
  spec_.layers.push_back(std::move(layer));
  return last_;
}

std::array<int64_t, 4> NetBuilder::same_padding(const std::string& input, std::array<int64_t, 2> kernel,
                                                std::array<int64_t, 2> stride) const {
  const auto found = geometry_.find(input);
  const Geometry geometry = found != geometry_.end() ? found->second : Geometry{};
  const int64_t rows = same_total(geometry.height, kernel[0], stride[0]);
  const int64_t columns = same_total(geometry.width, kernel[1], stride[1]);
  return {rows / 2, columns / 2, rows - rows / 2, columns - columns / 2};
}

std::string NetBuilder::window(const std::string& kind, const std::string& input, int64_t channels,
                               std::array<int64_t, 2> kernel, std::array<int64_t, 2> stride, Padding padding) {
  if (rank() != 3) {
    kernel[0] = 1;
    stride[0] = 1;
  }
  LayerSpec layer;
  layer.kind = dimensional(kind);
  layer.inputs = {input};
  layer.channels = channels;
  layer.kernel = kernel;
  layer.stride = stride;
  if (padding == Padding::kSame) layer.padding = same_padding(input, kernel, stride);
  return append(std::move(layer));
}

std::string NetBuilder::conv_norm(const std::string& kind, const std::string& input, int64_t channels,
                                  std::array<int64_t, 2> kernel, std::array<int64_t, 2> stride, Activation activation) {
  window(kind, input, channels, kernel, stride, Padding::kSame);
  simple("batchnorm", {last_});
  return activation == Activation::kRelu ? simple("relu", {last_}) : last_;
}

std::string NetBuilder::simple(const std::string& kind, const std::vector<std::string>& inputs, int64_t channels) {
  LayerSpec layer;
  layer.kind = kind;
  layer.inputs = inputs;
  layer.channels = channels;
  return append(std::move(layer));
}

NetSpec NetBuilder::finish_pooled(int64_t outputs) {
  simple("globalavgpool", {last_});
  simple("dense", {last_}, outputs);
  return finish();
}

}  // namespace apprentice
