// SPDX-License-Identifier: Apache-2.0
// resnet1d: residual blocks over time.
#include "apprentice/model/families/residual.h"
#include "apprentice/model/families/rows.h"

namespace apprentice::family_rows {
namespace {

Result<NetSpec> make(Config& options, const Shape& input_shape, int64_t outputs) {
  APPRENTICE_CHECK(check_rank(options, "resnet1d", input_shape, 2));
  ResNetKnobs knobs;
  knobs.kernel = 5;
  knobs.first_kernel = 7;
  knobs.first_stride = default_first_stride(input_shape);
  read_resnet_knobs(options, knobs);
  return make_resnet("resnet1d", input_shape, outputs, knobs);
}

}  // namespace

const FamilyKind resnet1d = {
    "resnet1d", "residual blocks over time: width, depth, blocks, kernel, first_kernel, first_stride",
    "Wang, Yan and Oates 2017; He et al. 2016", make};

}  // namespace apprentice::family_rows
