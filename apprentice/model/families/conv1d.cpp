// SPDX-License-Identifier: Apache-2.0
// conv1d: `depth` strided convolutions over time, doubling the channels up to four times `width`; average; dense.
#include <algorithm>

#include "apprentice/model/families/net_builder.h"
#include "apprentice/model/families/rows.h"

namespace apprentice::family_rows {
namespace {

Result<NetSpec> make(Config& options, const Shape& input_shape, int64_t outputs) {
  APPRENTICE_CHECK(check_rank(options, "conv1d", input_shape, 2));
  int64_t width = 16, depth = 3, kernel = 5, stride = 2, first_stride = default_first_stride(input_shape);
  read_knob(options, "width", width, 1, 4096);
  read_knob(options, "depth", depth, 1, 100);
  read_knob(options, "kernel", kernel, 1, 255);
  read_knob(options, "stride", stride, 1, 64);
  read_knob(options, "first_stride", first_stride, 1, 256);
  int64_t first_kernel = std::max(kernel, 4 * first_stride - 1);
  read_knob(options, "first_kernel", first_kernel, 1, 1023);
  NetBuilder net("conv1d", input_shape);
  net.conv_norm_relu("conv1", width, {1, first_kernel}, {1, first_stride});
  for (int64_t i = 2; i <= depth; ++i) {
    net.conv_norm_relu(fmt::format("conv{}", i), i == 2 ? 2 * width : 4 * width,
                       {1, kernel}, {1, stride});
  }
  return net.finish_with_pool(outputs);
}

}  // namespace

const FamilyKind conv1d = {
    "conv1d", "strided convolutions over time: width, depth, kernel, stride, first_kernel, first_stride",
    "Wang, Yan and Oates 2017 (FCN), with strides", make};

}  // namespace apprentice::family_rows
