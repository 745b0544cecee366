// SPDX-License-Identifier: Apache-2.0
// The body that dscnn1d and dscnn2d share.
#pragma once

#include "apprentice/model/families/net_builder.h"

namespace apprentice {

struct DsCnnKnobs {
  int64_t width = 32, depth = 4;  // channels; depthwise-separable blocks
  NetBuilder::Pair kernel{1, 3}, first_kernel{1, 1}, first_stride{1, 1};
  int64_t downsample = 0;  // so many of the first blocks have stride 2
};
NetSpec make_ds_cnn(const std::string& name, const Shape& input_shape, int64_t outputs, const DsCnnKnobs& knobs);

}  // namespace apprentice
