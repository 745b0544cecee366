// SPDX-License-Identifier: Apache-2.0
// dscnn2d: a strided convolution, then `depth` depthwise-separable blocks over an image or spectrogram; average; dense.
// The keyword network of MLPerf Tiny is width 64, depth 4, first_kernel [10, 4], first_stride [2, 2].
#include "apprentice/model/families/ds_cnn.h"
#include "apprentice/model/families/rows.h"

namespace apprentice::family_rows {
namespace {

Result<NetSpec> make(Config& options, const Shape& input_shape, int64_t outputs) {
  APPRENTICE_CHECK(check_rank(options, "dscnn2d", input_shape, 3));
  DsCnnKnobs knobs;
  knobs.kernel = {3, 3};
  knobs.first_kernel = {3, 3};
  knobs.first_stride = {2, 2};
  read_knob(options, "width", knobs.width, 1, 4096);
  read_knob(options, "depth", knobs.depth, 0, 100);
  read_knob(options, "kernel", knobs.kernel, 1, 255);
  read_knob(options, "first_kernel", knobs.first_kernel, 1, 255);
  read_knob(options, "first_stride", knobs.first_stride, 1, 64);
  read_knob(options, "downsample", knobs.downsample, 0, 100);
  return make_ds_cnn("dscnn2d", input_shape, outputs, knobs);
}

}  // namespace

const FamilyKind dscnn2d = {
    "dscnn2d",
    "depthwise-separable convolutions over images: width, depth, kernel, first_kernel, first_stride, downsample",
    "Zhang et al. 2017 (Hello Edge); Howard et al. 2017 (MobileNet)", make};

}  // namespace apprentice::family_rows
