// SPDX-License-Identifier: Apache-2.0
// Padding of [batch, channels, height, width] as a LayerSpec says it; the operators of libtorch take symmetric padding
// only.
#pragma once

#include <ATen/core/Tensor.h>

#include "apprentice/model/net_spec.h"

namespace apprentice::layers {

inline bool has_symmetric_padding(const model::LayerSpec& spec) {
  return spec.padding[0] == spec.padding[2] && spec.padding[1] == spec.padding[3];
}
at::Tensor padded(const at::Tensor& input, const model::LayerSpec& spec, double value);

}  // namespace apprentice::layers
