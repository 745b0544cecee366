// SPDX-License-Identifier: Apache-2.0
#include "apprentice/families/family_rows.h"

namespace apprentice::families {

const std::vector<FamilyKind>& family_kinds() {
  static const std::vector<FamilyKind> kinds = {
      {"mlp", "dense layers with ReLU, for vectors (others are flattened): width, depth", "Rumelhart et al. 1986",
       make_mlp},
      {"conv1d", "strided convolutions over time: width, depth, kernel, stride", "Lecun et al. 1998", make_conv1d},
      {"dscnn1d", "depthwise-separable blocks over time: width, depth, kernel, stride, stem_kernel, stem_stride",
       "Zhang et al. 2017, Hello Edge", make_dscnn1d},
      {"dscnn2d", "depthwise-separable blocks over images: width, depth, kernel, stride, stem_kernel, stem_stride",
       "Zhang et al. 2017, Hello Edge", make_dscnn2d},
      {"resnet1d", "residual blocks over time: width, depth, stride", "Wang et al. 2017, section II-C", make_resnet1d},
      {"resnet2d", "residual blocks over images (ResNet8 by default): width, depth, stages",
       "He et al. 2016; Banbury et al. 2021", make_resnet2d},
      {"inceptiontime", "inception modules over time, for teachers: width, depth, kernel, stem_stride",
       "Ismail Fawaz et al. 2020", make_inceptiontime},
  };
  return kinds;
}

}  // namespace apprentice::families
