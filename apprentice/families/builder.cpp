// SPDX-License-Identifier: Apache-2.0
#include "apprentice/families/builder.h"

#include <algorithm>

namespace apprentice::families {
namespace {

int64_t same_total(int64_t size, int64_t kernel, int64_t stride) {
  const int64_t outputs = (size + stride - 1) / stride;
  return std::max<int64_t>((outputs - 1) * stride + kernel - size, 0);
}

}  // namespace

NetBuilder::NetBuilder(std::string name, const Shape& input_shape) {
  promise(!input_shape.empty() && input_shape.size() <= 3, "a network's input has one to three axes");
  spec_.name = std::move(name);
  spec_.input_shape = input_shape;
  shapes_[model::kNetInput] = input_shape;
}

std::string NetBuilder::next_name(const std::string& kind) { return fmt::format("{}_{}", kind, ++counts_[kind]); }

Shape NetBuilder::shape(const std::string& layer) const {
  const auto found = shapes_.find(layer);
  return found != shapes_.end() ? found->second : Shape{1};
}

std::string NetBuilder::append(model::LayerSpec layer) {
  if (layer.name.empty()) layer.name = next_name(layer.kind);
  const Result<Shape> shape = layers::infer_shape(layer, shapes_);
  if (shape) shapes_[layer.name] = *shape;
  last_ = layer.name;
  spec_.layers.push_back(std::move(layer));
  return last_;
}

std::array<int64_t, 4> NetBuilder::same_padding(const std::string& input, std::array<int64_t, 2> kernel,
                                                std::array<int64_t, 2> stride) const {
  const Shape from = shape(input);
  const int64_t height = from.size() == 3 ? from[1] : 1, width = from.size() > 1 ? from.back() : 1;
  const int64_t rows = same_total(height, kernel[0], stride[0]);
  const int64_t columns = same_total(width, kernel[1], stride[1]);
  return {rows / 2, columns / 2, rows - rows / 2, columns - columns / 2};
}

std::string NetBuilder::window(const std::string& kind, const std::string& input, int64_t channels,
                               std::array<int64_t, 2> kernel, std::array<int64_t, 2> stride, Padding padding) {
  if (rank() != 3) {
    kernel[0] = 1;
    stride[0] = 1;
  }
  model::LayerSpec layer;
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
  model::LayerSpec layer;
  layer.kind = kind;
  layer.inputs = inputs;
  layer.channels = channels;
  return append(std::move(layer));
}

model::NetSpec NetBuilder::finish_pooled(int64_t outputs) {
  simple("globalavgpool", {last_});
  simple("dense", {last_}, outputs);
  return finish();
}

}  // namespace apprentice::families
