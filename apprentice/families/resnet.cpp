// SPDX-License-Identifier: Apache-2.0
// resnet1d and resnet2d: residual networks. The image net with width 16, depth 1 and three stages is the ResNet8 of
// MLPerf Tiny; the window net follows Wang et al. 2017 (kernels 7, 5, 3 in each block).
#include "apprentice/families/builder.h"
#include "apprentice/families/family_keys.h"
#include "apprentice/families/family_rows.h"

namespace apprentice::families {
namespace {

using Activation = NetBuilder::Activation;

// Adds the block's output to its input, through a 1x1 convolution where shapes differ.
void close_block(NetBuilder& net, const std::string& input, const std::string& output, int64_t width, int64_t stride,
                 Activation shortcut_norm) {
  std::string shortcut = input;
  if (stride != 1 || net.channels(input) != width) {
    shortcut = net.window("conv", input, width, {1, 1}, {stride, stride}, Padding::kSame);
    if (shortcut_norm == Activation::kNone) shortcut = net.simple("batchnorm", {shortcut});
  }
  net.simple("add", {output, shortcut});
  net.simple("relu", {net.last()});
}

}  // namespace

Result<model::NetSpec> make_resnet1d(Config& options, const Shape& input_shape, int64_t outputs) {
  APPRENTICE_CHECK(needs_rank(options, "resnet1d", input_shape, 2, 2));
  int64_t width = 64, depth = 3, stride = 1;
  options.read_bounded("width", width, 1, 4096).read_bounded("depth", depth, 1, 32);
  options.read_bounded("stride", stride, 1, 16);
  NetBuilder net("resnet1d", input_shape);
  for (int64_t block = 0; block < depth; ++block) {
    const std::string input = net.last();
    const int64_t channels = block == 0 ? width : 2 * width;
    net.conv_norm("conv", input, channels, {1, 7}, {1, stride}, Activation::kRelu);
    net.conv_norm("conv", net.last(), channels, {1, 5}, {1, 1}, Activation::kRelu);
    const std::string output = net.conv_norm("conv", net.last(), channels, {1, 3}, {1, 1}, Activation::kNone);
    close_block(net, input, output, channels, stride, Activation::kNone);
  }
  return net.finish_pooled(outputs);
}

Result<model::NetSpec> make_resnet2d(Config& options, const Shape& input_shape, int64_t outputs) {
  APPRENTICE_CHECK(needs_rank(options, "resnet2d", input_shape, 3, 3));
  int64_t width = 16, depth = 1, stages = 3;
  options.read_bounded("width", width, 1, 4096).read_bounded("depth", depth, 1, 32);
  options.read_bounded("stages", stages, 1, 6);
  NetBuilder net("resnet2d", input_shape);
  net.conv_norm("conv", net.last(), width, {3, 3}, {1, 1}, Activation::kRelu);
  for (int64_t stage = 0; stage < stages; ++stage) {
    for (int64_t block = 0; block < depth; ++block) {
      const std::string input = net.last();
      const int64_t channels = width << stage;
      const int64_t stride = stage > 0 && block == 0 ? 2 : 1;
      net.conv_norm("conv", input, channels, {3, 3}, {stride, stride}, Activation::kRelu);
      const std::string output = net.conv_norm("conv", net.last(), channels, {3, 3}, {1, 1}, Activation::kNone);
      close_block(net, input, output, channels, stride, Activation::kRelu);
    }
  }
  return net.finish_pooled(outputs);
}

}  // namespace apprentice::families
