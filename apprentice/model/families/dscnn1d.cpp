// SPDX-License-Identifier: Apache-2.0
// dscnn1d: a strided convolution, then `depth` depthwise-separable blocks over time; average; dense.
#include <algorithm>

#include "apprentice/model/families/ds_cnn.h"
#include "apprentice/model/families/rows.h"

namespace apprentice::family_rows {
namespace {

Result<NetSpec> make(Config& options, const Shape& input_shape, int64_t outputs) {
  APPRENTICE_CHECK(check_rank(options, "dscnn1d", input_shape, 2));
  DsCnnKnobs knobs;
  int64_t kernel = 5, first_stride = default_first_stride(input_shape);
  knobs.downsample = 1;
  read_knob(options, "width", knobs.width, 1, 4096);
  read_knob(options, "depth", knobs.depth, 0, 100);
  read_knob(options, "kernel", kernel, 1, 255);
  read_knob(options, "first_stride", first_stride, 1, 256);
  int64_t first_kernel = std::max<int64_t>(kernel, 4 * first_stride - 1);
  read_knob(options, "first_kernel", first_kernel, 1, 1023);
  read_knob(options, "downsample", knobs.downsample, 0, 100);
  knobs.kernel = {1, kernel};
  knobs.first_kernel = {1, first_kernel};
  knobs.first_stride = {1, first_stride};
  return make_ds_cnn("dscnn1d", input_shape, outputs, knobs);
}

}  // namespace

const FamilyKind dscnn1d = {
    "dscnn1d",
    "depthwise-separable convolutions over time: width, depth, kernel, first_kernel, first_stride, downsample",
    "Zhang et al. 2017 (Hello Edge), over time", make};

}  // namespace apprentice::family_rows
