// SPDX-License-Identifier: Apache-2.0
// conv1d: a stack of strided convolutions; dscnn1d and dscnn2d: a strided convolution, then depthwise-separable blocks.
#include "apprentice/families/builder.h"
#include "apprentice/families/family_keys.h"
#include "apprentice/families/family_rows.h"

namespace apprentice::families {
namespace {

using Activation = NetBuilder::Activation;

Result<model::NetSpec> make_dscnn(Config& options, const Shape& input_shape, int64_t outputs, NetBuilder net,
                                  std::array<int64_t, 2> stem_kernel, std::array<int64_t, 2> stem_stride) {
  const bool image = input_shape.size() == 3;
  int64_t width = image ? 64 : 24, depth = image ? 4 : 3, stride = image ? 1 : 2;
  options.read_bounded("width", width, 1, 4096).read_bounded("depth", depth, 0, 64);
  stem_kernel = read_pair(options, "stem_kernel", stem_kernel, 1);
  stem_stride = read_pair(options, "stem_stride", stem_stride, 1);
  const auto kernel =
      read_pair(options, "kernel", image ? std::array<int64_t, 2>{3, 3} : std::array<int64_t, 2>{5, 5}, 1);
  options.read_bounded("stride", stride, 1, 64);
  net.conv_norm("conv", net.last(), width, stem_kernel, stem_stride, Activation::kRelu);
  for (int64_t i = 0; i < depth; ++i) {
    net.conv_norm("depthwise", net.last(), 0, kernel, {stride, stride}, Activation::kRelu);
    net.conv_norm("conv", net.last(), width, {1, 1}, {1, 1}, Activation::kRelu);
  }
  return net.finish_pooled(outputs);
}

}  // namespace

Result<model::NetSpec> make_conv1d(Config& options, const Shape& input_shape, int64_t outputs) {
  APPRENTICE_CHECK(needs_rank(options, "conv1d", input_shape, 2, 2));
  int64_t width = 16, depth = 3, kernel = 7, stride = 2;
  options.read_bounded("width", width, 1, 4096).read_bounded("depth", depth, 1, 32);
  options.read_bounded("kernel", kernel, 1, 1024).read_bounded("stride", stride, 1, 64);
  NetBuilder net("conv1d", input_shape);
  for (int64_t i = 0; i < depth; ++i) {
    net.conv_norm("conv", net.last(), width, {1, kernel}, {1, stride}, Activation::kRelu);
  }
  return net.finish_pooled(outputs);
}

Result<model::NetSpec> make_dscnn1d(Config& options, const Shape& input_shape, int64_t outputs) {
  APPRENTICE_CHECK(needs_rank(options, "dscnn1d", input_shape, 2, 2));
  return make_dscnn(options, input_shape, outputs, NetBuilder("dscnn1d", input_shape), {9, 9}, {4, 4});
}

Result<model::NetSpec> make_dscnn2d(Config& options, const Shape& input_shape, int64_t outputs) {
  APPRENTICE_CHECK(needs_rank(options, "dscnn2d", input_shape, 3, 3));
  return make_dscnn(options, input_shape, outputs, NetBuilder("dscnn2d", input_shape), {10, 4}, {2, 2});
}

}  // namespace apprentice::families
