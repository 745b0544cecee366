// SPDX-License-Identifier: Apache-2.0
#include "apprentice/model/families/residual.h"

namespace apprentice {
namespace {

struct Block {
  std::string name;
  int64_t channels, kernel, stride;
  bool projects;  // the shortcut is a 1x1 convolution, because channels or resolution change
};

// He et al. 2016, fig. 2 and table 1: conv, norm, relu, conv, norm, + shortcut, relu.
void add_block(NetBuilder& net, const Block& block) {
  std::string shortcut = net.newest();
  const std::string input = shortcut;
  net.conv_norm_relu(block.name + "_conv1", block.channels, net.square(block.kernel), net.square(block.stride));
  net.conv(block.name + "_conv2", block.channels, net.square(block.kernel), {1, 1});
  const std::string main = net.plain("batchnorm", block.name + "_conv2_norm");
  if (block.projects) {
    net.conv(block.name + "_shortcut", block.channels, {1, 1}, net.square(block.stride), input);
    shortcut = net.plain("batchnorm", block.name + "_shortcut_norm");
  }
  net.join("add", block.name + "_add", {main, shortcut});
  net.plain("relu", block.name + "_relu");
}

}  // namespace

NetSpec make_resnet(const std::string& name, const Shape& input_shape, int64_t outputs, const ResNetKnobs& knobs) {
  NetBuilder net(name, input_shape);
  net.conv_norm_relu("conv1", knobs.width, net.square(knobs.first_kernel), net.square(knobs.first_stride));
  for (int64_t stage = 0; stage < knobs.depth; ++stage) {
    for (int64_t i = 0; i < knobs.blocks; ++i) {
      const bool changes = stage > 0 && i == 0;
      add_block(net, {fmt::format("stage{}_block{}", stage + 1, i + 1), knobs.width << stage, knobs.kernel,
                      changes ? 2 : 1, changes});
    }
  }
  return net.finish_with_pool(outputs);
}

void read_resnet_knobs(Config& options, ResNetKnobs& knobs) {
  read_knob(options, "width", knobs.width, 1, 1024);
  read_knob(options, "depth", knobs.depth, 1, 8);
  read_knob(options, "blocks", knobs.blocks, 1, 100);
  read_knob(options, "kernel", knobs.kernel, 1, 255);
  read_knob(options, "first_stride", knobs.first_stride, 1, 64);
  read_knob(options, "first_kernel", knobs.first_kernel, 1, 1023);
}

}  // namespace apprentice
