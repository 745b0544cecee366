// SPDX-License-Identifier: Apache-2.0
// What kinds share whose outputs are a function of one value each.
#pragma once

#include <algorithm>

#include "apprentice/layers/layer.h"

namespace apprentice::layers {

template <double (*function)(double x)>
void each_value(const FloatLayerCall& call) {
  std::transform(call.inputs[0], call.inputs[0] + element_count(call.output_shape), call.output, function);
}

}  // namespace apprentice::layers
