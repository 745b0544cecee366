// SPDX-License-Identifier: Apache-2.0
// The body that resnet1d and resnet2d share.
#pragma once

#include "apprentice/model/families/net_builder.h"

namespace apprentice {

struct ResNetKnobs {
  int64_t width = 16, depth = 3, blocks = 1;  // channels of the first stage; stages; blocks in each stage
  int64_t kernel = 3, first_kernel = 3, first_stride = 1;
};
// Stage i has width * 2^i channels; every stage but the first halves the resolution.
NetSpec make_resnet(const std::string& name, const Shape& input_shape, int64_t outputs, const ResNetKnobs& knobs);
// Reads width, depth, blocks, kernel, first_kernel, first_stride.
void read_resnet_knobs(Config& options, ResNetKnobs& knobs);

}  // namespace apprentice
