// SPDX-License-Identifier: Apache-2.0
// inceptiontime: parallel convolutions of three lengths and a pooled branch, residual every third module
// (Ismail Fawaz et al. 2020, figure 2).
#include "apprentice/families/builder.h"
#include "apprentice/families/family_keys.h"
#include "apprentice/families/family_rows.h"

namespace apprentice::families {
namespace {

// One inception module; its output has 4 * width channels.
std::string add_module(NetBuilder& net, const std::string& input, int64_t width, int64_t kernel) {
  std::string narrow = input;
  if (net.channels(input) > 1) {
    narrow = net.window("conv", input, width, {1, 1}, {1, 1}, Padding::kSame);
  }
  std::vector<std::string> branches;
  for (int64_t length : {kernel, kernel / 2, kernel / 4}) {
    branches.push_back(net.window("conv", narrow, width, {1, length | 1}, {1, 1}, Padding::kSame));
  }
  const std::string pooled = net.window("maxpool", input, 0, {1, 3}, {1, 1}, Padding::kSame);
  branches.push_back(net.window("conv", pooled, width, {1, 1}, {1, 1}, Padding::kSame));
  net.simple("concat", branches);
  net.simple("batchnorm", {net.last()});
  return net.simple("relu", {net.last()});
}

}  // namespace

Result<model::NetSpec> make_inceptiontime(Config& options, const Shape& input_shape, int64_t outputs) {
  APPRENTICE_CHECK(needs_rank(options, "inceptiontime", input_shape, 2, 2));
  int64_t width = 32, depth = 6, kernel = 39, stem_stride = 1;
  options.read_bounded("width", width, 1, 1024).read_bounded("depth", depth, 1, 32);
  options.read_bounded("kernel", kernel, 4, 1024).read_bounded("stem_stride", stem_stride, 1, 16);
  NetBuilder net("inceptiontime", input_shape);
  if (stem_stride > 1) {
    net.conv_norm("conv", net.last(), width, {1, 2 * stem_stride + 1}, {1, stem_stride}, NetBuilder::Activation::kRelu);
  }
  std::string residual = net.last();
  for (int64_t module = 0; module < depth; ++module) {
    const std::string output = add_module(net, net.last(), width, kernel);
    if (module % 3 != 2) continue;
    net.window("conv", residual, 4 * width, {1, 1}, {1, 1}, Padding::kSame);
    const std::string shortcut = net.simple("batchnorm", {net.last()});
    net.simple("add", {output, shortcut});
    residual = net.simple("relu", {net.last()});
  }
  return net.finish_pooled(outputs);
}

}  // namespace apprentice::families
