// SPDX-License-Identifier: Apache-2.0
// NetBuilder: appends layers to a NetSpec and keeps track of their shapes, so that "same" padding can be computed.
#pragma once

#include <map>
#include <string>

#include "apprentice/layers/layer.h"

namespace apprentice::families {

enum class Padding { kSame, kValid };

class NetBuilder {
 public:
  NetBuilder(std::string name, const Shape& input_shape);

  // 2 for [channels, time], 3 for images, 1 for vectors.
  size_t rank() const { return spec_.input_shape.size(); }
  // A layer kind's name for this input: "conv" -> "conv1d" or "conv2d".
  std::string dimensional(const std::string& kind) const { return kind + (rank() == 3 ? "2d" : "1d"); }
  std::string last() const { return last_; }  // by value: every appended layer changes it
  int64_t channels(const std::string& layer) const { return shape(layer)[0]; }

  // Appends a finished layer (its input must exist when it has kernel or stride) and returns its name.
  std::string append(model::LayerSpec layer);
  // Convolution or pooling over the last two axes; `kind` without dimension ("conv", "depthwise", "maxpool").
  std::string window(const std::string& kind, const std::string& input, int64_t channels, std::array<int64_t, 2> kernel,
                     std::array<int64_t, 2> stride, Padding padding);
  // Convolution (or depthwise) + batch norm, and ReLU when asked.
  enum class Activation { kNone, kRelu };
  std::string conv_norm(const std::string& kind, const std::string& input, int64_t channels,
                        std::array<int64_t, 2> kernel, std::array<int64_t, 2> stride, Activation activation);
  std::string simple(const std::string& kind, const std::vector<std::string>& inputs, int64_t channels = 0);
  // Global average pooling and a dense layer of `outputs`.
  model::NetSpec finish_pooled(int64_t outputs);
  model::NetSpec finish() { return std::move(spec_); }

  // Padding (top, left, bottom, right) that gives ceil(size / stride) outputs; the odd one goes to the end.
  std::array<int64_t, 4> same_padding(const std::string& input, std::array<int64_t, 2> kernel,
                                      std::array<int64_t, 2> stride) const;

 private:
  std::string next_name(const std::string& kind);
  // [1] of a layer whose inputs do not fit: infer_shapes refuses it with its name.
  Shape shape(const std::string& layer) const;
  model::NetSpec spec_;
  std::string last_ = model::kNetInput;
  layers::ShapesByName shapes_;
  std::map<std::string, int> counts_;
};

}  // namespace apprentice::families
