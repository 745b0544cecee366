// SPDX-License-Identifier: Apache-2.0
// Writes layers one after another, so that a family reads like its paper. Works on [channels, time] (1-d kinds) or
// [channels, height, width] (2-d kinds) alike.
#pragma once

#include <string>

#include "apprentice/model/families/family.h"

namespace apprentice {

// Padding that keeps ceil(size / stride) outputs for every size: kernel - 1 in all, the smaller half first. For odd
// kernels it is symmetric. (Not TensorFlow's SAME, which depends on the size where stride > 1.)
std::array<int64_t, 4> same_padding(const std::array<int64_t, 2>& kernel);

class NetBuilder {
 public:
  using Pair = std::array<int64_t, 2>;
  NetBuilder(std::string name, const Shape& input_shape);

  // Each appends a layer that reads `input` (default: the newest one) and returns its name.
  std::string conv(const std::string& name, int64_t channels, Pair kernel, Pair stride, std::string input = "");
  std::string depthwise(const std::string& name, Pair kernel, Pair stride);
  std::string max_pool(const std::string& name, Pair kernel, Pair stride, std::string input = "");
  std::string join(const std::string& kind, const std::string& name, std::vector<std::string> inputs);
  // Layers without numbers: "batchnorm", "relu", "flatten", "globalavgpool".
  std::string plain(const std::string& kind, const std::string& name);
  std::string dense(const std::string& name, int64_t units);
  // conv + batch norm + relu, as conv<name>.
  std::string conv_norm_relu(const std::string& name, int64_t channels, Pair kernel, Pair stride);

  // globalavgpool + dense "logits", which is how every convolutional family ends.
  NetSpec finish_with_pool(int64_t outputs);
  NetSpec finish() { return std::move(spec_); }
  const std::string& newest() const { return newest_; }
  // {1, k} over time, {k, k} over height and width.
  Pair square(int64_t size) const { return rank_ == 3 ? Pair{size, size} : Pair{1, size}; }

 private:
  LayerSpec& append(const std::string& kind, const std::string& name, std::vector<std::string> inputs);
  std::string windowed(const std::string& kind, const std::string& name, int64_t channels, Pair kernel, Pair stride,
                       std::string input);
  NetSpec spec_;
  size_t rank_;
  std::string newest_ = kNetInput;
};

// Reads a knob of a family; out of [least, most] is an error of the table and leaves the default.
void read_knob(Config& options, const std::string& key, int64_t& value, int64_t least, int64_t most);
// The same for [height, width], or one number for both.
void read_knob(Config& options, const std::string& key, NetBuilder::Pair& value, int64_t least, int64_t most);
// Refuses inputs of another rank: 2 for [channels, time], 3 for [channels, height, width].
Status check_rank(const Config& options, const char* family, const Shape& input_shape, size_t rank);
// Strides of the first layer that leave about 32 steps of a window: 1, 2 or 4.
int64_t default_first_stride(const Shape& input_shape);

}  // namespace apprentice
