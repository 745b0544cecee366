// SPDX-License-Identifier: Apache-2.0
// resnet2d: residual blocks over images. Width 16, depth 3, blocks 1 is the ResNet8 of MLPerf Tiny.
#include "apprentice/model/families/residual.h"
#include "apprentice/model/families/rows.h"

namespace apprentice::family_rows {
namespace {

Result<NetSpec> make(Config& options, const Shape& input_shape, int64_t outputs) {
  APPRENTICE_CHECK(check_rank(options, "resnet2d", input_shape, 3));
  ResNetKnobs knobs;
  read_resnet_knobs(options, knobs);
  return make_resnet("resnet2d", input_shape, outputs, knobs);
}

}  // namespace

const FamilyKind resnet2d = {
    "resnet2d", "residual blocks over images: width, depth, blocks, kernel, first_kernel, first_stride",
    "He et al. 2016; ResNet8 of MLPerf Tiny", make};

}  // namespace apprentice::family_rows
